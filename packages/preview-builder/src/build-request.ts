import type { PackageSource } from "@hivesync/package-store/package-source";
import type { BuildOptions, BuildProgress, ManifestFile } from "#build-result.ts";
import type { KeptModules } from "#kept-modules/bundle-kept.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";

/** What `buildPreview` works on. */
export interface BuildRequest {
  readonly files: readonly ManifestFile[];
  /** Gives the bytes of a file by its SHA-256. What it throws ends the build with that error. */
  readonly readBlob: (sha256: string) => Promise<Uint8Array>;
  readonly options: BuildOptions;
  /** A folder that keeps the prebuilt framework runtimes; made when missing. */
  readonly runtimeCacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Where the project's own npm packages come from. Without it only what is prebuilt is there. */
  readonly packages?: PackageSource | undefined;
  /** Does what a confined build may not do itself. Default: this process, in the folder of the runtimes. */
  readonly keeper?: BuildKeeper | undefined;
  /** The largest page in bytes; 50 MiB unless told. */
  readonly maxOutputBytes?: number | undefined;
  /** The most bytes of files that a build reads; 256 MiB unless told. */
  readonly maxInputBytes?: number | undefined;
  /** Whether a large project keeps what was made of its modules, and finds it again, by the keeper. Default: all are made anew. */
  readonly keptModules?: KeptModules | undefined;
}

const MEBIBYTE = 1024 * 1024;

export function maxOutputBytesOf({ maxOutputBytes = 50 * MEBIBYTE }: BuildRequest): number {
  return maxOutputBytes;
}

export function maxInputBytesOf({ maxInputBytes = 256 * MEBIBYTE }: BuildRequest): number {
  return maxInputBytes;
}
