/** Copies as pages did before there was the asynchronous clipboard; it needs no permission. */
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;opacity:0";
  field.readOnly = true;
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}

/** Lets `navigator.clipboard.writeText` work in a frame that is denied it, and in a page of a local network without HTTPS. */
export function guardClipboard(): void {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  const write = clipboard?.writeText.bind(clipboard);
  const denied = (): DOMException => new DOMException("The clipboard is denied to a preview.", "NotAllowedError");
  const writeText = async (text: string): Promise<void> => {
    try {
      if (write === undefined) throw denied();
      await write(text);
    } catch (error) {
      if (!copyBySelection(text)) throw error;
    }
  };
  if (clipboard !== undefined) Object.defineProperty(clipboard, "writeText", { configurable: true, value: writeText });
  else {
    const standIn = { writeText, readText: () => Promise.reject(denied()) };
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: standIn });
  }
}
