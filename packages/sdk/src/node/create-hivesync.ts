import { createHiveSync as createIsomorphic, type HiveSync, type HiveSyncOptions } from "#create-hivesync.ts";
import type { HiveSyncPreviews, PublishedPreview, PublishOptions } from "#previews/previews.ts";
import { createDirectorySource } from "./directory-source.ts";

/** Turns files and folders into previews. */
export interface NodePreviews extends HiveSyncPreviews {
  /**
   * Publishes a folder: what changed since the last time is uploaded, then the preview is built.
   *
   * @throws HiveSyncError as {@link HiveSyncPreviews.publishFiles} does; LocalFileError when the folder cannot be read or holds nothing.
   *
   * @example
   * const { preview_url, secrets } = await hive.previews.publish({ project_id, directory: "." });
   */
  publish(options: PublishOptions & { directory: string }): Promise<PublishedPreview>;
}

/** A client of HiveSync that knows folders. */
export interface NodeHiveSync extends HiveSync {
  readonly previews: NodePreviews;
}

/**
 * Makes a client with what Node adds: folders are published as they are.
 *
 * @throws TypeError when `baseUrl` is not `https:` (or `http:` on loopback).
 *
 * @example
 * const hive = createHiveSync({ baseUrl: "https://hivesync.example.com", credentials: await createCredentialStore() });
 * await hive.previews.publish({ project_id, directory: ".", onProgress: ({ ratio }) => draw(ratio) });
 */
export function createHiveSync(options: HiveSyncOptions): NodeHiveSync {
  const hive = createIsomorphic(options);
  const publish: NodePreviews["publish"] = ({ directory, ...rest }) =>
    hive.previews.publishFiles({ ...rest, files: createDirectorySource(directory) });
  return { ...hive, previews: { ...hive.previews, publish } };
}
