import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { startQuickly } from "./quick-start.ts";

// Compiles an app and keeps the result, as while an image is built whose files cannot be written later: `node keep-compiled-command.ts <app folder>`.
// Only modules that do nothing by being loaded: the app is not started.
const parts = ["env", "deps", "server", "jobs"];

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the app's folder.");
const appFolder = path.resolve(folder);
const files = parts.map((part) => path.join(appFolder, "src", `${part}.ts`)).filter((file) => existsSync(file));
await startQuickly(appFolder, () => Promise.all(files.map((file) => import(pathToFileURL(file).href))));
