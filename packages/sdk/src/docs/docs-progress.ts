/**
 * What a documentation job is doing. `saving`: the worker stores what it wrote.
 *
 * @example
 * const words: Partial<Record<DocsPhase, string>> = { uploading: "Uploading", writing: "Writing" };
 */
export type DocsPhase = "scanning" | "hashing" | "uploading" | "queued" | "fetching" | "writing" | "saving" | "done";

/**
 * How far a documentation job has come.
 *
 * @example
 * const onProgress = ({ phase, ratio }: DocsProgress) => console.log(phase, `${Math.round(ratio * 100)} %`);
 */
export interface DocsProgress {
  phase: DocsPhase;
  /** Of the whole job, 0 to 1; never falls. */
  ratio: number;
  /** Within the phase, where it is about files. */
  filesDone?: number;
  filesTotal?: number;
}
