import path from "node:path";
import { prepareRuntimes } from "@hivesync/preview-builder/runtimes/runtime-cache";

// Builds the framework runtimes into a folder, as while an image is built: `node runtimes-command.ts <folder>`.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder for the runtimes.");
await prepareRuntimes({ runtimeCacheDirectory: path.resolve(folder) });
