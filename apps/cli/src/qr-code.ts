import { renderUnicodeCompact } from "uqr";
import type { Output } from "./output.ts";

/** Draws a link for a phone's camera, where the terminal is wide enough for it. */
export function showQrCode(url: string, output: Output): void {
  const code = renderUnicodeCompact(url);
  if (code.indexOf("\n") <= process.stdout.columns) output.note(code);
}
