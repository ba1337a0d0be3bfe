import type { BuildOptions, BuildProgress, BuildResult, ManifestFile } from "#build-result.ts";

/** What a build's child process is asked to do. Paths are the host's; the child's build sees only what lies in them. */
export interface ChildJob {
  readonly files: readonly ManifestFile[];
  readonly options: BuildOptions;
  /** A folder of files named by the SHA-256 of their bytes. */
  readonly blobDirectory: string;
  readonly runtimeCacheDirectory: string;
  readonly maxOutputBytes: number;
  readonly maxInputBytes: number;
}

/** What it answers: progress, then a result, or `failed` when the build could not be run at all. */
export type ChildMessage =
  | { readonly type: "progress"; readonly progress: BuildProgress }
  | { readonly type: "result"; readonly result: BuildResult }
  | { readonly type: "failed"; readonly message: string };
