/**
 * What a sync is doing. `fetching`: what is new comes from the repository's host. `reading`: the files of the ref are looked at. `saving`: what is
 * new among them is stored.
 *
 * @example
 * const words: Partial<Record<SyncPhase, string>> = { fetching: "Fetching", saving: "Storing" };
 */
export type SyncPhase = "queued" | "fetching" | "reading" | "saving" | "done";

/**
 * How far a sync has come.
 *
 * @example
 * const onProgress = ({ phase, ratio }: SyncProgress) => console.log(phase, `${Math.round(ratio * 100)} %`);
 */
export interface SyncProgress {
  phase: SyncPhase;
  /** Of the whole sync, 0 to 1; never falls. */
  ratio: number;
}
