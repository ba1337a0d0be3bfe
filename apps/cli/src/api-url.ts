import { readFile } from "node:fs/promises";
import path from "node:path";

const fallback = "http://localhost:4000";

/**
 * Where the API is when nothing says so: that of the `pnpm dev` that runs in this folder or one above, which writes `.hivesync/dev.json`;
 * else the address at which `pnpm dev` stands unless told otherwise.
 */
export async function findApiUrl(directory: string, devDirectory?: string): Promise<string> {
  if (devDirectory !== undefined) return (await readApiUrl(path.join(devDirectory, "dev.json"))) ?? fallback;
  const url = await readApiUrl(path.join(directory, ".hivesync", "dev.json"));
  if (url !== undefined) return url;
  const parent = path.dirname(directory);
  return parent === directory ? fallback : findApiUrl(parent);
}

async function readApiUrl(file: string): Promise<string | undefined> {
  try {
    const { api_url: url } = JSON.parse(await readFile(file, "utf8")) as { api_url?: unknown };
    return typeof url === "string" ? url : undefined;
  } catch {
    // Not there, not ours to read, or being written: nothing runs here.
    return undefined;
  }
}
