import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import type { Storage } from "@hivesync/platform/storage/client";
import type { BuildSuccess } from "@hivesync/preview-builder/build-result";
import { attemptFiles, attemptKey, type AttemptFile } from "./attempt-keys.ts";
import type { PreviewClaim } from "./claim-preview.ts";

/** Puts one file of an attempt into the store and answers its address. */
export async function uploadFile(
  storage: Storage,
  claim: PreviewClaim,
  { file, body }: { file: AttemptFile; body: Uint8Array | string },
): Promise<string> {
  const key = attemptKey(claim, file);
  await storage.put(key, body, attemptFiles[file].contentType);
  return toObjectUrl(storage.bucket, key);
}

/** Puts a finished build into the store and answers where the callback says that it is. */
export async function uploadBuild(
  storage: Storage,
  claim: PreviewClaim,
  build: BuildSuccess,
): Promise<Pick<CallbackBody, "bundle_url" | "logs_url" | "artifacts">> {
  const upload = (file: AttemptFile, body: Uint8Array | string) => uploadFile(storage, claim, { file, body });
  const [bundle_url, logs_url, source_map, manifest] = await Promise.all([
    upload("page", build.html),
    upload("log", build.log),
    upload("source_map", build.sourceMap),
    upload("manifest", JSON.stringify(build.manifest)),
  ]);
  return {
    bundle_url,
    logs_url,
    artifacts: [
      { name: "source_map", url: source_map },
      { name: "manifest", url: manifest },
    ],
  };
}
