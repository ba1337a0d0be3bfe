const style = `
:host { all: initial; }
section { position: fixed; z-index: 2147483647; right: 0; bottom: 16px; left: 0; box-sizing: border-box;
  width: min(560px, 100% - 32px); max-height: 45%; margin: 0 auto; padding: 12px 16px; overflow: auto;
  border-top: 3px solid #c22f26; border-radius: 12px; background: #fff; color: #1d1a16;
  box-shadow: 0 12px 32px #0003; font: 13px/1.5 system-ui, sans-serif; }
header { display: flex; justify-content: space-between; font-weight: 600; }
button { border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
pre { margin: 8px 0 0; overflow-wrap: anywhere; white-space: pre-wrap; font: 12px/1.5 ui-monospace, monospace; }
@media (prefers-color-scheme: dark) { section { background: #1e1c19; color: #f3efe8; } }`;
const mostShown = 20;

let list: HTMLElement | undefined;

function openBox(): HTMLElement {
  const host = document.createElement("div");
  // A tree of its own: the app's styles do not reach it, nor its own the app.
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<style>${style}</style><section role="alert"><header>The app has an error<button type="button">Dismiss</button></header></section>`;
  root.querySelector("button")?.addEventListener("click", () => {
    host.remove();
    list = undefined;
  });
  document.documentElement.append(host);
  const section = root.querySelector("section");
  if (section === null) throw new Error("the box has a section");
  return section;
}

/** Shows an error in the page, where no viewer does. Positions are those of the bundle. */
export function showOwnError(message: string, stack: string): void {
  list ??= openBox();
  if (list.querySelectorAll("pre").length >= mostShown) return;
  const text = document.createElement("pre");
  // Chromium's stacks begin with the message, those of others do not.
  text.textContent = stack.includes(message) ? stack : `${message}\n${stack}`;
  list.append(text);
}
