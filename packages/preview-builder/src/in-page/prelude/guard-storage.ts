import { memoryCookies } from "./memory-cookies.ts";
import { memoryStorage } from "./memory-storage.ts";
import type { KeptStorage } from "./page-messages.ts";
import { tellViewer } from "./tell-viewer.ts";

// Many changes that follow each other are told as one.
const tellAfterMs = 50;
let tellChanges: (() => void) | undefined;

/**
 * Gives the page in-memory storage and cookies where the frame's sandbox denies the real ones. The viewer keeps what is in them for as
 * long as it is open, so that an app that is loaded again finds what it has stored.
 */
export function guardStorage(kept: KeptStorage | undefined): void {
  const local = new Map(Object.entries(kept?.local ?? {}));
  const session = new Map(Object.entries(kept?.session ?? {}));
  const cookies = new Map(Object.entries(kept?.cookies ?? {}));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    timer = undefined;
    const storage = {
      local: Object.fromEntries(local),
      session: Object.fromEntries(session),
      cookies: Object.fromEntries(cookies),
    };
    tellViewer({ type: "hivesync:storage", storage });
  };
  const onChange = (): void => {
    timer ??= setTimeout(tell, tellAfterMs);
  };
  tellChanges = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    tell();
  };
  window.addEventListener("pagehide", tellChanges);
  if (isDenied(() => window.localStorage)) define(window, "localStorage", memoryStorage(local, onChange));
  if (isDenied(() => window.sessionStorage)) define(window, "sessionStorage", memoryStorage(session, onChange));
  if (isDenied(() => document.cookie))
    Object.defineProperty(document, "cookie", { configurable: true, ...memoryCookies(cookies, onChange) });
}

/** Tells what has changed now: the page that comes next begins with what the viewer knows by then, as after a login. */
export function tellStorageNow(): void {
  tellChanges?.();
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { configurable: true, value });
}

function isDenied(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch {
    return true;
  }
}
