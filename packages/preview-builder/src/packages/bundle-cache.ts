import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { openSharedFolder } from "@hivesync/package-store/shared-folder";

/** Keeps what was made of packages, by what it was made of. */
export interface BundleCache {
  get<Value>(key: string): Promise<Value | undefined>;
  set(key: string, value: object): Promise<void>;
}

const HASH_CHARACTERS = 64;

/** Opens a folder that holds at most so many bytes; several builds may use it at once. An entry that is not as it was written is as if it were not there. */
export function openBundleCache(directory: string, maxBytes: number): BundleCache {
  const folder = openSharedFolder(directory, maxBytes);
  return {
    get: async <Value>(key: string): Promise<Value | undefined> => {
      const file = await folder.find(key);
      const text = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
      const body = text.slice(HASH_CHARACTERS);
      const isWhole = text !== "" && text.slice(0, HASH_CHARACTERS) === hashOf(body);
      return isWhole ? (JSON.parse(body) as Value) : undefined;
    },
    set: async (key, value) => {
      const body = JSON.stringify(value);
      const part = await folder.partPath();
      await writeFile(part, hashOf(body) + body);
      await folder.adopt(part, key);
    },
  };
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
