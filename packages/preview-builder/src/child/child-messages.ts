import type { WantedManifest, WantedPack } from "@hivesync/package-store/package-source";
import type { KeptModules } from "#kept-modules/bundle-kept.ts";
import type { BuildOptions, BuildProgress, BuildResult, ManifestFile } from "#build-result.ts";

/** One build that a child process is asked for. All that one child is asked for are of one project, platform and mode. Paths are the host's; the child's build sees only what lies in them. */
export interface ChildJob {
  readonly type: "job";
  readonly files: readonly ManifestFile[];
  readonly options: BuildOptions;
  /** A folder of files named by the SHA-256 of their bytes. */
  readonly blobDirectory: string;
  readonly runtimeCacheDirectory: string;
  readonly maxOutputBytes: number;
  readonly maxInputBytes: number;
  /** Whether what is made of its modules is kept; see `BuildRequest`. */
  readonly keptModules?: Pick<KeptModules, "minScripts"> | undefined;
  /** Whether whoever started it answers questions for packages. */
  readonly hasPackages: boolean;
}

/** Asks a child that has answered to end. */
export interface Farewell {
  readonly type: "farewell";
}

/** What a child asks for, as it has no network, and no folder that it may write to. */
export type Question =
  | { readonly type: "manifests"; readonly wanted: readonly WantedManifest[] }
  | { readonly type: "packs"; readonly wanted: readonly WantedPack[] }
  | { readonly type: "make-runtime"; readonly part: string; readonly mode: NonNullable<BuildOptions["mode"]> }
  | { readonly type: "make-pack"; readonly name: string }
  | { readonly type: "recall"; readonly key: string }
  | { readonly type: "keep"; readonly key: string; readonly text: string }
  | { readonly type: "recall-modules" }
  | { readonly type: "keep-modules"; readonly bytes: Uint8Array };

/** The answer to the question of that number. */
export interface Reply {
  readonly type: "reply";
  readonly id: number;
  readonly answer: unknown;
}

/** What it answers: progress, then a result, or `failed` when the build could not be run at all. */
export type ChildMessage =
  | (Question & { readonly id: number })
  | { readonly type: "progress"; readonly progress: BuildProgress }
  | { readonly type: "result"; readonly result: BuildResult }
  | { readonly type: "failed"; readonly message: string };
