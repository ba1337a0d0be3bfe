// Runs before everything else in a preview: speaks with the viewer, and stands in for what a sandboxed frame denies.
import { standInForLocation } from "./app-location.ts";
import { followAppearance } from "./follow-appearance.ts";
import { followLinks } from "./follow-links.ts";
import { forwardConsole } from "./forward-console.ts";
import { guardClipboard } from "./guard-clipboard.ts";
import { guardStorage } from "./guard-storage.ts";
import { keepPath } from "./keep-path.ts";
import { leaveOutDenied } from "./leave-out-denied.ts";
import { noteBlank } from "./note-blank.ts";
import { reportErrors } from "./report-errors.ts";
import { takeStart, tellViewer } from "./tell-viewer.ts";

const told = document.currentScript?.dataset ?? {};
globalThis.__hivesync = {
  platform: (told["platform"] ?? "web") as "web" | "ios" | "android",
  modules: {},
  pages: JSON.parse(told["pages"] ?? `["/"]`) as string[],
};

const start = takeStart();
tellViewer({ type: "hivesync:hello" });
window.addEventListener("pagehide", () => tellViewer({ type: "hivesync:bye", id: start.id ?? "" }));
reportErrors();
forwardConsole();
guardStorage(start.storage);
leaveOutDenied();
guardClipboard();
keepPath(start.path);
followLinks();
standInForLocation();
followAppearance(start.dark);
noteBlank();
