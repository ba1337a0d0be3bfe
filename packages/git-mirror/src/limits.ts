/** How much one attempt may take. What a repository needs beyond it ends the attempt for good. */
export interface GitLimits {
  /** Of each git process, by the clock. */
  seconds: number;
  /** Of processor time, of each git process. */
  cpuSeconds: number;
  /** What the repository may take on disk, also while it is fetched. */
  bytes: number;
  /** Of address space, of each git process. */
  memoryMb: number;
  /** Heads and tags together. */
  refs: number;
}
