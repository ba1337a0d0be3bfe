import type { KeptStorage } from "@hivesync/preview-builder/in-page/prelude/page-messages";

// A browser gives all of this server's pages together some five million units.
const mostUnits = 1024 * 1024;
const mostProjects = 20;
// Apps may store something with every key that is pressed.
const writeAfterMs = 400;
const prefix = "hivesync-app-";
const pathPrefix = "hivesync-path-";

let projectId = "";
let storage: KeptStorage | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string");

/** Whatever says so is an app's page, or was one. */
function isStorage(value: unknown): value is KeptStorage {
  const { local, session, cookies } = (value ?? {}) as Partial<Record<keyof KeptStorage, unknown>>;
  return [local, session, cookies].every(isTexts);
}

/** Of a browser that denies storage nothing is kept for longer than this page. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

interface Written extends Pick<KeptStorage, "local" | "cookies"> {
  readonly written_at: number;
}

function read<Value>(area: Storage, id: string): Partial<Value> {
  return (JSON.parse(area.getItem(prefix + id) ?? "{}") ?? {}) as Partial<Value>;
}

/** The projects that apps have stored something of, the one written longest ago first. */
function projectsByAge(): string[] {
  const ids = Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const ages = ids.map((id) => ({ id, at: attempt(() => read<Written>(localStorage, id).written_at) ?? 0 }));
  return ages.sort((a, b) => a.at - b.at).map(({ id }) => id);
}

function forget(id: string): void {
  localStorage.removeItem(prefix + id);
}

/** What others have stored is read only when this project is new, or when there is no room: apps store often. */
function writeLocal(text: string): void {
  const key = prefix + projectId;
  const othersByAge = (): string[] => projectsByAge().filter((id) => id !== projectId);
  if (localStorage.getItem(key) === null)
    othersByAge()
      .slice(0, -(mostProjects - 1))
      .forEach(forget);
  const set = (): boolean => {
    localStorage.setItem(key, text);
    return true;
  };
  if (attempt(set)) return;
  for (const oldest of othersByAge()) {
    forget(oldest);
    if (attempt(set)) return;
  }
}

function write(): void {
  clearTimeout(timer);
  timer = undefined;
  if (storage === undefined || projectId === "") return;
  const { local, session, cookies } = storage;
  const written: Written = { local, cookies, written_at: Date.now() };
  const text = JSON.stringify(written);
  if (text.length <= mostUnits) attempt(() => writeLocal(text));
  const ofTab = JSON.stringify({ session });
  if (ofTab.length <= mostUnits) attempt(() => sessionStorage.setItem(prefix + projectId, ofTab));
}

/** Where the project's app was last in this tab. A page that is reloaded, and the project's newer preview, begin there. */
export function keptPath(id: string): string | undefined {
  return attempt(() => sessionStorage.getItem(pathPrefix + id)) ?? undefined;
}

export function keepPath(path: string): void {
  if (projectId !== "") attempt(() => sessionStorage.setItem(pathPrefix + projectId, path));
}

/** What the project's app has stored: in this page, or in one before it. A newer preview of the project finds it too. */
export function openAppStorage(id: string): KeptStorage | undefined {
  projectId = id;
  if (storage !== undefined) return storage;
  const { local = {}, cookies = {} } = attempt(() => read<Written>(localStorage, id)) ?? {};
  const { session = {} } = attempt(() => read<KeptStorage>(sessionStorage, id)) ?? {};
  const found = { local, session, cookies };
  return isStorage(found) ? found : undefined;
}

/** Keeps what the app says that it has stored. What is more than fits lasts as long as this page. */
export function keepAppStorage(next: unknown): void {
  if (!isStorage(next)) return;
  storage = next;
  timer ??= setTimeout(write, writeAfterMs);
}

/** The app finds nothing of what it has stored. */
export function clearAppStorage(): void {
  clearTimeout(timer);
  timer = undefined;
  storage = undefined;
  attempt(() => forget(projectId));
  for (const each of [prefix, pathPrefix]) attempt(() => sessionStorage.removeItem(each + projectId));
}

export function startAppStorage(): void {
  window.addEventListener("pagehide", () => {
    if (timer !== undefined) write();
  });
}
