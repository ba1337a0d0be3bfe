import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import type { Storage } from "@hivesync/platform/storage/client";
import { attemptFiles, attemptKey, type Attempt } from "./attempt-keys.ts";

/** Puts one file of an attempt into the store and answers its address. */
export async function uploadFile<Kind extends Attempt["kind"]>(
  storage: Storage,
  claim: Attempt & { kind: Kind },
  { file, body }: { file: keyof (typeof attemptFiles)[Kind] & string; body: Uint8Array | string },
): Promise<string> {
  const files: Readonly<Record<string, { name: string; contentType: string }>> = attemptFiles[claim.kind];
  const described = files[file];
  if (!described) throw new Error(`An attempt of kind ${claim.kind} has no ${file}.`);
  const key = attemptKey(claim, described.name);
  await storage.put(key, body, described.contentType);
  return toObjectUrl(storage.bucket, key);
}
