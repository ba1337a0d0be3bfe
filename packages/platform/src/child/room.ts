import type { BuildChild } from "#child/build-child.ts";

/** A child, and the folder that it was shown when it was started. */
export interface Room {
  readonly directory: string;
  readonly child: BuildChild;
  /** Names of the blobs in the folder. */
  readonly files: Set<string>;
  /** How many builds there have been in it. */
  builds: number;
}
