import type { PublishedPreview } from "@hivesync/sdk";
import type { Output } from "./output.ts";
import { showQrCode } from "./qr-code.ts";

/** Tells of a preview that was asked for what the build warns of, what it is shown as, and its link for a phone's camera. */
export function notePublished({ warnings, kind, preview_url }: PublishedPreview, output: Output): void {
  for (const warning of warnings) output.note(`Warning: ${warning}`);
  if (kind !== null) output.note(`Shown as: ${kind}`);
  if (output.isTerminal) showQrCode(preview_url, output);
}
