import { sha256Hex } from "@hivesync/platform/ids";
import type { Storage, Upload } from "@hivesync/platform/storage/client";
import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { attemptFiles, attemptKey } from "@hivesync/worker/job/attempt-keys";
import type { JobClaim } from "@hivesync/worker/job/claim-job";

/** What an attempt puts under its own prefix, and until when. */
export interface Artifact {
  name: keyof typeof attemptFiles.repo;
  /** A text, or a file whose hash is known. */
  content: string | Pick<Upload, "source" | "sha256">;
  signal: AbortSignal;
}

/** Puts a part of a sync's result into storage, and can be called off. */
export async function uploadArtifact(
  storage: Storage,
  claim: JobClaim<"repo">,
  { name, content, signal }: Artifact,
): Promise<{ key: string; url: string }> {
  const { name: fileName, contentType } = attemptFiles.repo[name];
  const key = attemptKey(claim, fileName);
  const described =
    typeof content === "string" ? { source: Buffer.from(content), sha256: sha256Hex(content) } : content;
  await storage.upload(key, { ...described, contentType, signal });
  return { key, url: toObjectUrl(storage.bucket, key) };
}
