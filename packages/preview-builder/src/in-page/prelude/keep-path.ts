import { clip, tellViewer } from "./tell-viewer.ts";

const longestPath = 2_000;

/** Puts the page at its path before user code looks, wherever its file lies, and tells the viewer of each new one. */
export function keepPath(start: string | undefined): void {
  const isPath = start !== undefined && /^\/(?![/\\])/.test(start);
  try {
    history.replaceState(history.state, "", isPath ? start : "/");
  } catch {
    // A page in memory or on disk has no path to rewrite.
    return;
  }
  const tell = (): void => {
    const { pathname, search, hash } = location;
    tellViewer({ type: "hivesync:path", path: clip(pathname + search + hash, longestPath) });
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const change = history[name].bind(history);
    history[name] = (...values) => {
      change(...values);
      tell();
    };
  }
  window.addEventListener("popstate", tell);
  window.addEventListener("hashchange", tell);
  tell();
}
