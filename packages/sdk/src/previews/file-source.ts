import type { ManifestFile } from "@hivesync/contracts/paths";
import type { FilesMissingDetails, PreviewContext } from "@hivesync/contracts/resources/previews";

/**
 * What a source holds, and what it holds back.
 *
 * @example
 * const { files, secrets }: SourceListing = await createDirectorySource(".").list({});
 */
export interface SourceListing {
  files: ManifestFile[];
  /** Left out because they look like secrets. */
  secrets: string[];
  /** Left out for another reason, which is for people. */
  skipped: { path: string; reason: string }[];
  /** What is known of where the files come from. Shown with the preview, never used by the build. */
  context?: PreviewContext | undefined;
}

/**
 * How far listing has come. `ratio` runs from 0 to 1 within the phase.
 *
 * @example
 * const line = ({ phase, filesDone, filesTotal }: ListingProgress) => `${phase} ${filesDone}/${filesTotal}`;
 */
export interface ListingProgress {
  phase: "scanning" | "hashing";
  ratio: number;
  filesDone: number;
  filesTotal: number;
}

/**
 * Where the files of a preview come from: a folder, an editor's unsaved buffers, an archive.
 *
 * @example
 * const source: FileSource = createMemorySource({ "index.html": "<h1>Hello</h1>" });
 * await hive.previews.publishFiles({ project_id, files: source });
 */
export interface FileSource {
  /** Called once for a publish, and once more when a file changed between listing and uploading. */
  list(options: {
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: ListingProgress) => void) | undefined;
  }): Promise<SourceListing>;
  /** The contents of a listed file. Called for files that are not stored yet, several at a time. */
  open(path: string): Promise<Blob>;
  /**
   * Puts missing files where they belong, in place of `open` and the SDK's own uploads: for a source that has others do it. What it names neither
   * as stored nor as expired is uploaded by the SDK; undefined leaves it all to the SDK.
   */
  upload?(
    missing: FilesMissingDetails["missing"],
    options: { signal?: AbortSignal | undefined },
  ): Promise<{ stored: string[]; expired: string[] } | undefined>;
}

/**
 * A source of files that are in memory, by their paths.
 *
 * @example
 * createMemorySource({ "index.html": "<h1>Hello</h1>", "logo.png": pngBytes });
 */
export function createMemorySource(
  files: Readonly<Record<string, string | Uint8Array<ArrayBuffer> | Blob>>,
): FileSource {
  const blobs = new Map(Object.entries(files).map(([path, contents]) => [path, new Blob([contents])]));
  return {
    list: async ({ signal }) => {
      const hashed: ManifestFile[] = [];
      for (const [path, blob] of blobs) {
        signal?.throwIfAborted();
        hashed.push({ path, sha256: await sha256Of(blob), size: blob.size });
      }
      return { files: hashed, secrets: [], skipped: [] };
    },
    open: async (path) => blobs.get(path) ?? new Blob([]),
  };
}

async function sha256Of(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
