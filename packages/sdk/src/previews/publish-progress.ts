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
