import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import type { Storage } from "@hivesync/platform/storage/client";
import type { BuildSuccess } from "@hivesync/preview-builder/build-result";
import type { JobClaim } from "#job/claim-job.ts";
import { uploadFile } from "#job/upload-file.ts";
import type { Snapshot } from "#snapshots/snapshot-taker.ts";

/** Puts a finished build and its pictures into the store and answers where the callback says that they are. */
export async function uploadBuild(
  storage: Storage,
  claim: JobClaim<"preview">,
  { build, snapshots }: { build: BuildSuccess; snapshots: readonly Snapshot[] },
): Promise<Pick<CallbackBody, "bundle_url" | "logs_url" | "artifacts">> {
  const upload = (file: Parameters<typeof uploadFile<"preview">>[2]["file"], body: Uint8Array | string) =>
    uploadFile(storage, claim, { file, body });
  const uploadPicture = async ({ size, png }: Snapshot) => {
    const name = `snapshot_${size}` as const;
    return { name, url: await upload(name, png) };
  };
  const [bundle_url, logs_url, source_map, manifest, pictures] = await Promise.all([
    upload("page", build.html),
    upload("log", build.log),
    upload("source_map", build.sourceMap),
    upload("manifest", JSON.stringify(build.manifest)),
    Promise.all(snapshots.map(uploadPicture)),
  ]);
  return {
    bundle_url,
    logs_url,
    artifacts: [{ name: "source_map", url: source_map }, { name: "manifest", url: manifest }, ...pictures],
  };
}
