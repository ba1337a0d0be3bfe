import type { PublishedPreview } from "@hivesync/sdk";
import { untilOf } from "./describe-preview.ts";
import type { Output } from "./output.ts";
import { showQrCode } from "./qr-code.ts";

/** Tells of a preview that was asked for what the build warns of, what it is shown as, until when its link opens, and the link for a phone's camera. */
export function notePublished({ warnings, kind, preview_url, expires_at }: PublishedPreview, output: Output): void {
  for (const warning of warnings) output.note(`Warning: ${warning}`);
  if (kind !== null) output.note(`Shown as: ${kind}`);
  output.note(`The link opens until ${untilOf(expires_at)}:`);
  if (output.isTerminal) showQrCode(preview_url, output);
}
