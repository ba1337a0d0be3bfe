import path from "node:path";
import { SHIPPED_PACKAGES, makeShippedPack } from "@hivesync/preview-builder/packages/shipped-packages";
import { prepareRuntimes } from "@hivesync/preview-builder/runtimes/runtime-cache";

// Builds all that comes along into a folder that cannot be written later, as while an image is built: `node runtimes-command.ts <folder>`.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder for the runtimes.");
const runtimeCacheDirectory = path.resolve(folder);
await prepareRuntimes({ runtimeCacheDirectory, parts: "all" });
for (const name of Object.keys(SHIPPED_PACKAGES)) await makeShippedPack(name, runtimeCacheDirectory);
