// Builds a project in a process of its own and prints which modules that loaded; see languages/lazy-compilers.test.ts.
import { createRequire, registerHooks } from "node:module";

const loaded = new Set<string>();
registerHooks({
  load: (url, context, next) => {
    loaded.add(url);
    return next(url, context);
  },
});

const [, , runtimeCacheDirectory = "", filesJson = "{}"] = process.argv;
const { buildPreview } = await import("#build-preview.ts");
const { manifestOf } = await import("#testing/test-builder.ts");
const { files, blobs } = manifestOf(JSON.parse(filesJson) as Record<string, string>);
const result = await buildPreview({
  files,
  readBlob: (sha256) => Promise.resolve(blobs.get(sha256) ?? new Uint8Array()),
  options: { platform: "web" },
  runtimeCacheDirectory,
});
for (const path of Object.keys(createRequire(import.meta.url).cache)) loaded.add(path);
process.stdout.write(JSON.stringify({ isBuilt: result.ok, loaded: [...loaded] }), () => process.exit(0));
