import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

/** The SDK as it would be published. */
export interface PackedSdk {
  tarball: string;
  tarballBytes: number;
  /** What the tarball holds, unpacked. */
  folder: string;
  unpackedBytes: number;
}

const sdkFolder = fileURLToPath(new URL("../../packages/sdk", import.meta.url));
const tsdown = path.join(sdkFolder, "node_modules", "tsdown", "dist", "run.mjs");

/** Builds the SDK, packs it into `folder` and unpacks it beside. */
export async function packSdk(folder: string): Promise<PackedSdk> {
  await run([process.execPath, tsdown, "--logLevel", "error"], sdkFolder);
  const packed = await run(["npx", "-y", "pnpm@12", "pack", "--json", "--pack-destination", folder], sdkFolder);
  const { filename } = JSON.parse(packed.slice(packed.indexOf("{"))) as { filename: string };
  const tarball = path.resolve(folder, filename);
  await mkdir(path.join(folder, "unpacked"));
  await run(["tar", "-xzf", tarball, "-C", path.join(folder, "unpacked")], folder);
  const unpacked = path.join(folder, "unpacked", "package");
  return {
    tarball,
    tarballBytes: (await stat(tarball)).size,
    folder: unpacked,
    unpackedBytes: await sizeOf(unpacked),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(file.parentPath, file.name))).size));
  return sizes.reduce((total, size) => total + size, 0);
}
