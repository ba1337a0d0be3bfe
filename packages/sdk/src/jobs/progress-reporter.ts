import type { DocsPhase } from "#docs/docs-progress.ts";
import type { ListingProgress } from "#previews/file-source.ts";
import type { PublishPhase } from "#previews/publish-progress.ts";

type JobPhase = PublishPhase | DocsPhase;

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
  saving: { from: 0.5, share: 0.5 },
  done: { from: 1, share: 0 },
};

/** Tells a listener how far a job has come, with a `ratio` of the whole. */
export class ProgressReporter<Phase extends JobPhase> {
  readonly #listener: ((progress: Step<Phase | ListingProgress["phase"]>) => void) | undefined;
  #highest = 0;

  constructor(listener: ((progress: Step<Phase | ListingProgress["phase"]>) => void) | undefined) {
    this.#listener = listener;
  }

  readonly listing = (progress: ListingProgress): void => this.report(progress);

  report(step: Step<Phase | ListingProgress["phase"]>): void {
    const { from, share } = shares[step.phase];
    this.#highest = Math.max(this.#highest, from + share * step.ratio);
    this.#listener?.({ ...step, ratio: this.#highest });
  }
}
