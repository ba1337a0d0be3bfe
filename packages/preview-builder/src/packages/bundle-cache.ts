import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { BuildKeeper } from "#keeping/build-keeper.ts";

/** Keeps what was made of packages, by what it was made of. */
export interface BundleCache {
  get<Value>(key: string): Promise<Value | undefined>;
  set(key: string, value: object): Promise<void>;
}

const HASH_CHARACTERS = 64;

/** Opens what a keeper has. An entry that is not as it was written is as if it were not there. */
export function openBundleCache(keeper: Pick<BuildKeeper, "recall" | "keep">): BundleCache {
  return {
    get: async <Value>(key: string): Promise<Value | undefined> => {
      const file = await keeper.recall(key);
      const text = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
      const body = text.slice(HASH_CHARACTERS);
      const isWhole = text !== "" && text.slice(0, HASH_CHARACTERS) === hashOf(body);
      return isWhole ? (JSON.parse(body) as Value) : undefined;
    },
    set: async (key, value) => {
      const body = JSON.stringify(value);
      await keeper.keep(key, hashOf(body) + body);
    },
  };
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
