/** Cuts what a stranger sent: it may be anything, and of any length. */
export function clip(value: unknown, longest: number): string {
  const text = typeof value === "string" ? value : "";
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Puts a text into the clipboard, also where the page came without HTTPS. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
}

const saidForMs = 1_600;

/** Makes a button copy a text, and say so. */
export function copyOnClick(button: HTMLElement, read: () => string): void {
  const label = button.textContent;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const copy = async (): Promise<void> => {
    button.textContent = (await copyText(read())) ? "Copied" : "Not copied";
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = label), saidForMs);
  };
  button.addEventListener("click", () => void copy());
}
