import { createHash } from "node:crypto";
import packageJson from "../package.json" with { type: "json" };

// Frameworks and compilers are pinned there, each to one version.
const dependencies = createHash("sha256").update(JSON.stringify(packageJson.dependencies)).digest("hex").slice(0, 12);

/**
 * Names everything that decides what a build makes of the same files: part of a job's `input_key` and of the runtime
 * cache's. The first number rises with every change of the output; a test holds the bundler's version to what is installed.
 */
export const BUILDER_VERSION = `10 esbuild@0.28.2 ${dependencies}`;
