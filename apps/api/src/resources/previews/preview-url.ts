import type { Deps } from "#deps.ts";

/** The link that opens a preview; whoever holds it sees this preview and nothing else. */
export function previewUrl({ previewLinks, settings }: Pick<Deps, "previewLinks" | "settings">, jobId: string): string {
  return `${settings.publicUrl}/p/${previewLinks.codeOf(jobId)}`;
}
