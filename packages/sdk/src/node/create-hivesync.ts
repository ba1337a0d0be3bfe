import path from "node:path";
import { connect, type HiveSync, type HiveSyncOptions } from "#create-hivesync.ts";
import type { FileSource } from "#previews/file-source.ts";
import type { HiveSyncPreviews, PublishedPreview, PublishOptions } from "#previews/previews.ts";
import type { Session } from "#session/session.ts";
import type { Route, Routes } from "#transport/route.ts";
import { DesktopRoutes } from "./desktop/desktop-routes.ts";
import { createDesktopSource } from "./desktop/desktop-source.ts";
import { discoveryPath, runtimeFolder } from "./desktop/runtime-folder.ts";
import { createDirectorySource } from "./directory-source.ts";
import { createDesktopDocsSource, createDocsSource } from "./docs-sources.ts";
import { createNodeDocs, type NodeDocs } from "./docs.ts";
import { readNodeEnvironment } from "./env.ts";
import { watchPreviews, type WatchEvent, type WatchOptions } from "./watch-previews.ts";

/**
 * Turns files and folders into previews.
 *
 * @example
 * const { preview_url } = await hive.previews.publish({ project_id, directory: "." });
 */
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

  /**
   * Publishes a folder now and again whenever it changes. A save that comes while a preview is being built cancels that one. What fails is
   * told, and watching goes on.
   *
   * @throws the signal's reason when it is aborted; LocalFileError when the folder cannot be read any more.
   *
   * @example
   * for await (const event of hive.previews.watch({ project_id, directory: "." })) console.log(event.type);
   */
  watch(options: WatchOptions): AsyncGenerator<WatchEvent, void>;
}

/**
 * A client of HiveSync that knows folders.
 *
 * @example
 * const publish = (hive: NodeHiveSync) => hive.previews.publish({ project_id, directory: "." });
 */
export interface NodeHiveSync extends HiveSync {
  readonly previews: NodePreviews;
  readonly docs: NodeDocs;
}

/**
 * How a client on Node is set up.
 *
 * @example
 * const options: NodeHiveSyncOptions = { baseUrl: "https://hivesync.example.com", desktop: "off" };
 */
export interface NodeHiveSyncOptions extends HiveSyncOptions {
  /**
   * `auto` unless given: while the HiveSync Desktop runs on this machine, for the same API and the same user, calls travel through it; it hashes
   * and uploads, too. Whether it does shows in `hive.mode` alone. `off`: every call goes direct.
   */
  desktop?: "auto" | "off";
  /** Where a running Desktop is found. `HIVESYNC_RUNTIME_DIRECTORY`, else the user's runtime folder, unless given. */
  runtimeDirectory?: string;
}

/**
 * Makes a client with what Node adds: folders are published as they are, and a Desktop that runs is used.
 *
 * @throws TypeError when `baseUrl` is not `https:` (or `http:` on loopback).
 *
 * @example
 * const hive = createHiveSync({ baseUrl: "https://hivesync.example.com", credentials: await createCredentialStore() });
 * await hive.previews.publish({ project_id, directory: ".", onProgress: ({ ratio }) => draw(ratio) });
 */
export function createHiveSync(options: NodeHiveSyncOptions): NodeHiveSync {
  let desktop: DesktopRoutes | undefined;
  const makeRoutes = (direct: Route, session: Session): Routes => {
    const folder = options.runtimeDirectory ?? runtimeFolder(readNodeEnvironment());
    const file = discoveryPath(folder, direct.url);
    return (desktop = new DesktopRoutes({ direct, file, session }));
  };
  const hive = connect(options, options.desktop === "off" ? {} : { makeRoutes });
  const sourceOf = (directory: string): FileSource => {
    const local = createDirectorySource(directory);
    return desktop ? createDesktopSource(desktop, path.resolve(directory), local) : local;
  };
  const publish: NodePreviews["publish"] = ({ directory, ...rest }) =>
    hive.previews.publishFiles({ ...rest, files: sourceOf(directory) });
  const watch: NodePreviews["watch"] = (watched) => watchPreviews({ api: hive.api, publish }, watched);
  const docs = createNodeDocs(hive.docs, (folder, choice) => {
    const directory = path.resolve(folder);
    return desktop ? createDesktopDocsSource(desktop, { directory, choice }) : createDocsSource(directory, choice);
  });
  // Not spread: its mode is asked for anew each time.
  return Object.assign(Object.create(hive) as HiveSync, { previews: { ...hive.previews, publish, watch }, docs });
}
