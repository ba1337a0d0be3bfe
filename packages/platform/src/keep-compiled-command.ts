import path from "node:path";
import { pathToFileURL } from "node:url";
import { compileOnly } from "./quick-start.ts";

// Compiles an app and keeps the result without starting it, as while an image is built whose files cannot be written later:
// `NODE_COMPILE_CACHE=<folder> node keep-compiled-command.ts <app folder>`.

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the app's folder.");
compileOnly();
await import(pathToFileURL(path.resolve(folder, "src", "main.ts")).href);
