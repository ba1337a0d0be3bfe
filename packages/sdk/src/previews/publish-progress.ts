import type { ListingProgress } from "./file-source.ts";

/**
 * What a publish is doing. `saving`: the worker stores what it built.
 *
 * @example
 * const words: Partial<Record<PublishPhase, string>> = { uploading: "Uploading", building: "Building" };
 */
export type PublishPhase =
  | "scanning"
  | "hashing"
  | "uploading"
  | "queued"
  | "fetching"
  | "building"
  | "saving"
  | "done";

/**
 * How far a publish has come.
 *
 * @example
 * const onProgress = ({ phase, ratio }: PublishProgress) => console.log(phase, `${Math.round(ratio * 100)} %`);
 */
export interface PublishProgress {
  phase: PublishPhase;
  /** Of the whole publish, 0 to 1; never falls. */
  ratio: number;
  /** Within the phase, where it is about files. */
  filesDone?: number;
  filesTotal?: number;
  /** From `queued` on: this page already opens, and shows the build's progress. */
  preview_url?: string;
}

// Where in the whole each phase begins, and how much of it it takes.
const shares: Readonly<Record<PublishPhase, { from: number; share: number }>> = {
  scanning: { from: 0, share: 0 },
  hashing: { from: 0, share: 0.2 },
  uploading: { from: 0.2, share: 0.3 },
  queued: { from: 0.5, share: 0 },
  fetching: { from: 0.5, share: 0.5 },
  building: { from: 0.5, share: 0.5 },
  saving: { from: 0.5, share: 0.5 },
  done: { from: 1, share: 0 },
};

type Step = Omit<PublishProgress, "ratio"> & { ratio: number };

/** Tells a listener how far it has come. `ratio` of what is given counts within the phase (of the build for the worker's phases). */
export class ProgressReporter {
  readonly #listener: ((progress: PublishProgress) => void) | undefined;
  #highest = 0;

  constructor(listener: ((progress: PublishProgress) => void) | undefined) {
    this.#listener = listener;
  }

  readonly listing = (progress: ListingProgress): void => this.report(progress);

  report(step: Step): void {
    const { from, share } = shares[step.phase];
    this.#highest = Math.max(this.#highest, from + share * step.ratio);
    this.#listener?.({ ...step, ratio: this.#highest });
  }
}
