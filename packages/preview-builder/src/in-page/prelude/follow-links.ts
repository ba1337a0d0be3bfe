import { goTo, hasFragment, isOurs, toUrl } from "./go-to.ts";
import { isFramed } from "./tell-viewer.ts";

/**
 * Sends links where a person expects them: other sites and mail into a new tab, pages of the project and of its router to the
 * viewer, which loads the app there. What a router has taken for itself is its own. Opened by itself the page is an ordinary one.
 */
export function followLinks(): void {
  if (!isFramed) return;
  // Last of all listeners, so that whoever handles the event has done so.
  window.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (link instanceof HTMLAnchorElement && link.href !== "" && !link.hasAttribute("download")) follow(event, link);
  });
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target instanceof HTMLFormElement) submit(event, event.target);
  });
}

function follow(event: MouseEvent, link: HTMLAnchorElement): void {
  const url = toUrl(link.href);
  if (url === undefined || /^(?:javascript|blob|data|about):$/.test(url.protocol)) return;
  if (!isOurs(url)) {
    link.target = "_blank";
    link.rel = `${link.rel} noopener`.trim();
    return;
  }
  const isHere = url.pathname === location.pathname && url.search === location.search;
  if (isHere && hasFragment(url) && !event.ctrlKey && !event.metaKey) {
    // The page is an index, named in the link: nothing lies at that address.
    if (new URL(link.href).pathname !== url.pathname) {
      event.preventDefault();
      location.hash = url.hash;
    }
    return;
  }
  event.preventDefault();
  goTo(url);
}

function submit(event: SubmitEvent, form: HTMLFormElement): void {
  const submitter = event.submitter instanceof HTMLElement ? event.submitter : null;
  // Attributes and not properties: a field of the form may have the name of a property.
  const read = (name: string): string | null => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name);
  const method = (read("method") ?? "get").toLowerCase();
  const url = toUrl(read("action") ?? document.URL);
  if (method === "dialog" || url === undefined) return;
  if (!isOurs(url)) {
    form.target = "_blank";
    return;
  }
  event.preventDefault();
  if (method === "post") {
    globalThis.console.warn(`A form was sent to "${url.pathname}". A preview has no server that could take it.`);
    return;
  }
  const fields = [...new FormData(form, submitter)].map(([name, value]) => [
    name,
    typeof value === "string" ? value : value.name,
  ]);
  url.search = new URLSearchParams(fields).toString();
  goTo(url);
}
