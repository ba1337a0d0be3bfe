import type { Deps } from "#deps.ts";
import type { PreviewTokenRow } from "#auth/tokens.ts";

/** The link that opens a preview, made from its row; whoever holds it sees this preview and nothing else. */
export async function previewLink(
  deps: Pick<Deps, "tokens" | "previewLinks" | "settings">,
  row: PreviewTokenRow,
): Promise<{ token: string; url: string }> {
  const token = await deps.tokens.signPreview(row);
  return { token, url: `${deps.settings.publicUrl}/p/${deps.previewLinks.codeOf(row.id)}` };
}
