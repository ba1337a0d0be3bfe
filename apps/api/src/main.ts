import { enableCompileCache, flushCompileCache } from "node:module";
import path from "node:path";

// What was compiled is kept for the next start, which takes half the time. A folder of our own: what lies there is run.
enableCompileCache(path.join(import.meta.dirname, "../node_modules/.cache/compiled"));
await import("./serve.ts");
flushCompileCache();
