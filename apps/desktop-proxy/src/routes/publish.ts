import { invalidField } from "@hivesync/platform/app-error";
import { FileChangedError, type FileSource } from "@hivesync/sdk";
import { readProjectContext } from "@hivesync/sdk/internal/node/project-context";
import type { Deps } from "#deps.ts";
import type { FolderIndex } from "#folders/folder-index.ts";
import { openWithin } from "#folders/open-within.ts";
import { uploadFiles } from "#folders/upload-files.ts";
import type { LocalRoute } from "./local-route.ts";

/** A folder's files as the SDK publishes them. */
function createIndexSource(deps: Deps, index: FolderIndex, gone: AbortSignal): FileSource {
  return {
    list: async ({ signal }) => {
      const listing = await index.list(signal);
      if (listing.files.length === 0) throw invalidField("directory", "holds no file to publish");
      return { ...listing, context: await readProjectContext(index.root) };
    },
    open: async (path) => {
      await using handle = await openWithin(index.root, path);
      return new Blob([await handle.readFile()]);
    },
    upload: async (missing, { signal = gone }) => {
      const { stored, expired, changed } = await uploadFiles(deps, index, { missing, signal });
      if (changed[0] !== undefined) throw new FileChangedError(`${changed[0]} has changed since it was hashed`);
      return { stored, expired };
    },
  };
}

/** Publishes a folder in one call, and answers when the preview is accepted. */
export const publish: LocalRoute<"publish"> = async ({ deps, input, signal }) => {
  const index = await deps.folders.open(input.directory);
  const { project_id, entry, platform } = input;
  const published = await deps.account.hive.previews.publishFiles({
    project_id,
    ...(entry === undefined ? {} : { entry }),
    ...(platform === undefined ? {} : { platform }),
    files: createIndexSource(deps, index, signal),
    wait: false,
    signal,
  });
  const { job_id, preview_url, status, queue, expires_at } = published;
  deps.log.info("published", { job_id, project_id, status, uploaded_files: published.uploaded.files });
  return { job_id, preview_url, status, queue, expires_at };
};
