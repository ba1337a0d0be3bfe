import type { PageMessage, PageStart, ViewerMessage } from "@hivesync/preview-builder/in-page/prelude/page-messages";
import type { PreviewSnapshots } from "@hivesync/contracts/resources/previews";
import { byId } from "../../web-page/parts/dom.js";
import { keepAppStorage, keepPath, keptPath, openAppStorage } from "./app-storage.ts";
import { shownDevice } from "./device-frame.ts";
import { isUsual } from "./devices.ts";

// No allow-same-origin: the app gets an origin of its own and reaches nothing of ours. What it opens are ordinary pages.
const sandbox =
  "allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads allow-pointer-lock";
const permissions = "clipboard-write; fullscreen; accelerometer; gyroscope; magnetometer; autoplay";
const longestPath = 2_000;

type Messages = { [Type in PageMessage["type"]]: Extract<PageMessage, { type: Type }> };
type Handlers = { [Type in keyof Messages]: (message: Messages[Type]) => void };

/** Where the app said that it is: it begins there when it is loaded again. Undefined until the first time. */
let path: string | undefined;
let hasSaidHello = false;
let mountedId = "";

/** `randomUUID` is there over HTTPS alone. */
const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** The frame that the app runs in, once there is one. */
export const appFrame = (): HTMLIFrameElement | null => byId("screen").querySelector("iframe");

/** Called when the frame shows something that is not the app: it went somewhere else. */
let onLeft = (): void => undefined;

/** Once for each frame, however it is noticed. */
function leave(id: string): void {
  if (id !== mountedId) return;
  mountedId = "";
  onLeft();
}

/** A picture of the app in place of the app while it loads, where the device is the one that it was pictured on. */
function showPicture(frame: HTMLIFrameElement, snapshots: PreviewSnapshots): void {
  const { device, isRotated } = shownDevice();
  const source = snapshots[device.kind];
  if (source === undefined || isRotated || !isUsual(device)) return;
  const picture = Object.assign(document.createElement("img"), { src: source, alt: "" });
  frame.addEventListener("load", () => picture.remove(), { once: true });
  picture.addEventListener("error", () => picture.remove());
  byId("screen").append(picture);
}

export interface AppToMount {
  url: string;
  snapshots: PreviewSnapshots;
  dark: boolean;
  projectId: string;
}

/** A fresh frame each time: loading the old one again would leave a step in the browser's history. */
export function mountApp({ url, snapshots, dark, projectId }: AppToMount): void {
  const frame = document.createElement("iframe");
  const id = newId();
  const storage = openAppStorage(projectId);
  path ??= keptPath(projectId) ?? "/";
  const start: PageStart = { id, path, dark, ...(storage && { storage }) };
  frame.name = JSON.stringify({ hivesync: start });
  frame.setAttribute("sandbox", sandbox);
  frame.allow = permissions;
  frame.referrerPolicy = "no-referrer";
  frame.title = "The app";
  frame.src = url;
  mountedId = id;
  hasSaidHello = false;
  let isFirst = true;
  frame.addEventListener("load", () => {
    // The builder's pages say hello before they load.
    if (!isFirst && !hasSaidHello) leave(id);
    isFirst = false;
    hasSaidHello = false;
  });
  byId("screen").replaceChildren(frame);
  showPicture(frame, snapshots);
}

export function tellApp(message: ViewerMessage): void {
  // The frame's origin is opaque: no other target reaches it.
  appFrame()?.contentWindow?.postMessage(message, "*");
}

/** The app is to begin at this path when it is loaded next. */
export function setPath(next: unknown): void {
  if (typeof next !== "string" || !next.startsWith("/") || next.length > longestPath) return;
  path = next;
  keepPath(next);
  byId("address").textContent = next;
}

/** Hears what the app's page says; messages of anybody else are ignored. */
export function listenToApp(
  handlers: Omit<Handlers, "hivesync:hello" | "hivesync:bye" | "hivesync:path" | "hivesync:storage">,
  left: () => void,
): void {
  onLeft = left;
  const all: Handlers = {
    ...handlers,
    "hivesync:hello": () => (hasSaidHello = true),
    "hivesync:bye": (message) => leave(message.id),
    "hivesync:path": (message) => setPath(message.path),
    "hivesync:storage": (message) => keepAppStorage(message.storage),
  };
  window.addEventListener("message", ({ source, data }: MessageEvent<{ type?: unknown } | null>) => {
    const frame = appFrame();
    // What a page says at its end may have no source any more; nobody else knows its id.
    const isOfApp = source === frame?.contentWindow || (source === null && data?.type === "hivesync:bye");
    if (!frame || !isOfApp) return;
    const type = data?.type;
    if (typeof type === "string" && Object.hasOwn(all, type))
      (all[type as PageMessage["type"]] as (message: unknown) => void)(data);
  });
}
