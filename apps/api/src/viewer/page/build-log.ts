import { byId } from "../../web-page/parts/dom.js";
import { fetchPreview } from "./preview-link.ts";

const longestLog = 500_000;
const said = {
  queued: "Waiting for a builder",
  fetching: "Fetching the files",
  building: "Building",
  uploading: "Publishing",
} as const;
type Step = keyof typeof said;

const begin = Date.now();
const steps: string[] = [];
let last: Step | undefined;
let isComplete = false;

function show(text: string): void {
  const log = byId("log");
  if (log.textContent !== text) log.textContent = text;
}

/** While it is built there is no log yet; what is known of it stands there until then. */
export function noteBuild(step: Step): void {
  if (step === last || isComplete) return;
  last = step;
  const seconds = ((Date.now() - begin) / 1_000).toFixed(1);
  steps.push(`${seconds.padStart(6)} s  ${said[step]}`);
  show(steps.join("\n"));
}

/** The builder's own log, once the preview has ended. Its link is asked for anew: it lives five minutes. */
export async function loadLog(): Promise<void> {
  if (isComplete) return;
  const answer = await fetchPreview();
  const { status, logs_url: url } = answer.kind === "preview" ? answer.preview : { status: undefined, logs_url: null };
  const isOpen = status === "QUEUED" || status === "RUNNING";
  if (isOpen) return;
  if (url === null) return show(status === undefined ? "The log is out of reach now. Try again." : "There is no log.");
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(`storage answered ${response.status}`);
    const text = await response.text();
    isComplete = true;
    show(text.length > longestLog ? `${text.slice(0, longestLog)}\n…` : text);
  } catch {
    show("The log is out of reach now. Try again.");
  }
}
