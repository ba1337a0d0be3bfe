import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// Loads it as a writer does, and tells whose packages the modules are of.
const script = `
import { registerHooks } from "node:module";
const packages = new Set();
registerHooks({
  load: (url, context, next) => {
    const name = url.split("/node_modules/").at(-1).match(/^(?:@[^/]+[/])?[^/]+/)?.[0];
    if (url.includes("/node_modules/")) packages.add(name);
    return next(url, context);
  },
});
await import(${JSON.stringify(new URL("./write-job.ts", import.meta.url).href)});
console.log([...packages].sort().join(" "));`;

test("a writer loads what the static engine needs, and nothing of models before its job names one", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  expect(stdout.trim()).toBe("diff web-tree-sitter");
});
