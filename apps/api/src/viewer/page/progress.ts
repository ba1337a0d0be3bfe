import type { JobProgress } from "@hivesync/contracts/resources/previews";
import { byId } from "../../web-page/parts/dom.js";
import { noteBuild } from "./build-log.ts";

let shown = 0;
let startedAt = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function showElapsed(): void {
  const seconds = Math.max(0, Math.round((Date.now() - startedAt) / 1_000));
  byId("elapsed").textContent = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Only ever forwards: a second attempt begins where the first one was seen last. */
export function showProgress(progress: JobProgress | null, startedAtText?: string | null): void {
  shown = Math.max(shown, progress?.ratio ?? 0);
  byId("progress").setAttribute("value", String(Math.round(shown * 100)));
  const cells = [...byId("comb").querySelectorAll("use")];
  for (const [index, cell] of cells.entries()) cell.classList.toggle("full", shown * cells.length >= index + 0.5);
  const phases = [...byId("phases").children];
  const current = phases.findIndex((phase) => phase.getAttribute("data-phase") === progress?.phase);
  for (const [index, phase] of phases.entries()) {
    phase.classList.toggle("done", index < current);
    if (index === current) phase.setAttribute("aria-current", "step");
    else phase.removeAttribute("aria-current");
  }
  if (progress) noteBuild(progress.phase);
  startedAt ||= startedAtText ? Date.parse(startedAtText) : Date.now();
  timer ??= setInterval(showElapsed, 1_000);
  showElapsed();
}

export function endProgress(): void {
  clearInterval(timer);
}
