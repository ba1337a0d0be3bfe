interface AlertButton {
  readonly text?: string;
  readonly style?: "default" | "cancel" | "destructive";
  readonly onPress?: () => void;
}

const COLORS = { default: "#0a6cff", cancel: "#0a6cff", destructive: "#e0282e" };

/** React Native's alert as an element of the page: a sandboxed frame may not open the browser's own. */
export const Alert = {
  alert(title: string, message?: string, buttons: readonly AlertButton[] = [{ text: "OK" }]): void {
    const dialog = document.createElement("dialog");
    dialog.style.cssText =
      "border:0;padding:0;width:270px;border-radius:14px;overflow:hidden;text-align:center;background:#f9f9fb;" +
      "color:#111;font:13px/1.35 system-ui,sans-serif;box-shadow:0 12px 40px #0004";
    const text = append(dialog, "div", "padding:19px 16px");
    append(text, "div", "font-size:17px;font-weight:600").textContent = title;
    if (message !== undefined) append(text, "div", "margin-top:4px").textContent = message;
    const isRow = buttons.length === 2;
    const row = append(
      dialog,
      "div",
      `display:flex;flex-direction:${isRow ? "row" : "column"};border-top:1px solid #0002`,
    );
    for (const { text: label = "OK", style = "default", onPress } of buttons) {
      const weight = style === "cancel" ? 600 : 400;
      const button = append(
        row,
        "button",
        `flex:1;border:0;padding:12px;background:none;font:${weight} 17px system-ui;color:${COLORS[style]}`,
      );
      button.textContent = label;
      button.addEventListener("click", () => {
        dialog.close();
        onPress?.();
      });
    }
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  },
};

function append(parent: Element, name: string, style: string): HTMLElement {
  const element = document.createElement(name);
  element.style.cssText = style;
  parent.append(element);
  return element;
}
