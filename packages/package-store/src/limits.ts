/** What the packages of one preview may take. */
export interface PackageLimits {
  /** Packages that one preview brings with it. */
  readonly packages: number;
  /** Names looked up at the registry for one preview. */
  readonly lookups: number;
  /** Bytes of one package as it travels, and of all that one preview downloads. */
  readonly packedBytes: number;
  readonly totalPackedBytes: number;
  /** Bytes and files of one package once it is unpacked, and bytes of all of one preview. */
  readonly unpackedBytes: number;
  readonly totalUnpackedBytes: number;
  readonly filesPerPackage: number;
  /** Bytes of what the registry tells of one package. */
  readonly manifestBytes: number;
  /** From the first byte asked for to the last one had, of one answer of the registry. */
  readonly answerMs: number;
  /** Without a byte in it an answer is given up. */
  readonly silenceMs: number;
  /** From a job's start to the last package that it gets. */
  readonly jobMs: number;
  /** Tries at an answer that may come after all. */
  readonly tries: number;
  /** How long what the registry told of a package's versions is believed. */
  readonly manifestFreshMs: number;
}

const MEBIBYTE = 1024 * 1024;

export const PACKAGE_LIMITS: PackageLimits = {
  packages: 1_000,
  lookups: 1_000,
  packedBytes: 60 * MEBIBYTE,
  totalPackedBytes: 250 * MEBIBYTE,
  unpackedBytes: 250 * MEBIBYTE,
  totalUnpackedBytes: 1_000 * MEBIBYTE,
  filesPerPackage: 60_000,
  manifestBytes: 40 * MEBIBYTE,
  answerMs: 60_000,
  silenceMs: 10_000,
  jobMs: 180_000,
  tries: 3,
  manifestFreshMs: 10 * 60_000,
};
