let kept = "";

/** The clipboard where the frame may use it; else one of the page's own. */
export async function setStringAsync(text: string): Promise<boolean> {
  kept = text;
  await navigator.clipboard?.writeText(text).catch(() => undefined);
  return true;
}
export async function getStringAsync(): Promise<string> {
  return (await navigator.clipboard?.readText().catch(() => kept)) ?? kept;
}
export const setString = (text: string): void => void setStringAsync(text);
export const hasStringAsync = async (): Promise<boolean> => kept !== "";
export const addClipboardListener = (): { remove: () => void } => ({ remove: () => undefined });
export const removeClipboardListener = (): void => undefined;
