// `pnpm sdk:pack [folder]`: builds and packs the SDK as it would be published, checks it, tells its sizes, and leaves the tarball in the folder.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundleForBrowser } from "./bundle-core.ts";
import { checkPackage } from "./check-package.ts";
import { packSdk } from "./pack-sdk.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sdkFolder = path.join(root, "packages", "sdk");
const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;

const folder = await mkdtemp(path.join(tmpdir(), "hivesync-sdk-"));
try {
  const sdk = await packSdk(folder);
  // Bundled where its dependencies are installed.
  const bundle = await bundleForBrowser(`export * from "./dist/index.js";`, sdkFolder);
  const wrong = await checkPackage(sdk);
  console.log(`tarball       ${kilobytes(sdk.tarballBytes)}`);
  console.log(`unpacked      ${kilobytes(sdk.unpackedBytes)}`);
  console.log(`browser core  ${kilobytes(bundle.gzipBytes)} gzipped, with its dependencies`);
  for (const problem of wrong) console.log(`✗ ${problem}`);
  if (bundle.nodeModules.length > 0) console.log(`✗ the core needs ${bundle.nodeModules.join(", ")}`);
  console.log(wrong.length === 0 && bundle.nodeModules.length === 0 ? "✓ publint, attw, imports" : "not ready");
  process.exitCode = wrong.length + bundle.nodeModules.length === 0 ? 0 : 1;
  const [destination] = process.argv.slice(2);
  if (destination !== undefined) await copyFile(sdk.tarball, path.join(destination, path.basename(sdk.tarball)));
} finally {
  await rm(folder, { recursive: true });
}
