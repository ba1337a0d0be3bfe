import type { WantedManifest, WantedPack } from "@hivesync/package-store/package-source";
import type { KeptPlace } from "#kept-modules/kept-folder.ts";
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
  /** Where a large project keeps what was made of its modules. */
  readonly keptModules?: KeptPlace | undefined;
  /** Whether whoever started it answers questions for packages. */
  readonly hasPackages: boolean;
}

/** What a child asks for meanwhile, as it has no network of its own. Answers are in the same order. */
export type PackageQuestion =
  | { readonly type: "manifests"; readonly id: number; readonly wanted: readonly WantedManifest[] }
  | { readonly type: "packs"; readonly id: number; readonly wanted: readonly WantedPack[] };

export interface PackageReply {
  readonly type: "reply";
  readonly id: number;
  readonly answers: readonly unknown[];
}

/** What it answers: progress, then a result, or `failed` when the build could not be run at all. */
export type ChildMessage =
  | PackageQuestion
  | { readonly type: "progress"; readonly progress: BuildProgress }
  | { readonly type: "result"; readonly result: BuildResult }
  | { readonly type: "failed"; readonly message: string };
