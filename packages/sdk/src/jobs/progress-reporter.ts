import type { DocsPhase } from "#docs/docs-progress.ts";
import type { PublishPhase } from "#previews/publish-progress.ts";
import type { SyncPhase } from "#repos/sync-progress.ts";

type JobPhase = PublishPhase | DocsPhase | SyncPhase;

interface Step<Phase> {
  phase: Phase;
  /** Within the phase; of the worker's phases within all of its work. */
  ratio: number;
  filesDone?: number;
  filesTotal?: number;
  preview_url?: string;
}

// Where in the whole each phase begins, and how much of it it takes.
const shares: Readonly<Record<JobPhase, { from: number; share: number }>> = {
  scanning: { from: 0, share: 0 },
  hashing: { from: 0, share: 0.2 },
  uploading: { from: 0.2, share: 0.3 },
  queued: { from: 0.5, share: 0 },
  fetching: { from: 0.5, share: 0.5 },
  building: { from: 0.5, share: 0.5 },
  writing: { from: 0.5, share: 0.5 },
  reading: { from: 0.5, share: 0.5 },
  saving: { from: 0.5, share: 0.5 },
  done: { from: 1, share: 0 },
};

/** Tells a listener how far a job has come, with a `ratio` of the whole. */
export class ProgressReporter<Phase extends JobPhase> {
  readonly #listener: ((progress: Step<Phase>) => void) | undefined;
  readonly #begins: number;
  #highest = 0;

  /** @param first - The phase that the job begins with: of one that sends no files nothing comes before it is queued. */
  constructor(listener: ((progress: Step<Phase>) => void) | undefined, first: "scanning" | "queued" = "scanning") {
    this.#listener = listener;
    this.#begins = shares[first].from;
  }

  report(step: Step<Phase>): void {
    const { from, share } = shares[step.phase];
    const ratio = (from + share * step.ratio - this.#begins) / (1 - this.#begins);
    this.#highest = Math.max(this.#highest, ratio);
    this.#listener?.({ ...step, ratio: this.#highest });
  }
}
