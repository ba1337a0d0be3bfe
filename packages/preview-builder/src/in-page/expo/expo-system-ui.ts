export async function setBackgroundColorAsync(color: unknown): Promise<void> {
  document.body.style.backgroundColor = typeof color === "string" ? color : "";
}
export const getBackgroundColorAsync = async (): Promise<string | null> => document.body.style.backgroundColor || null;
