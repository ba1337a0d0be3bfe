import { posix } from "node:path";
import type { PreviewPlatform } from "#build-result.ts";
import { isAsset } from "#bundle/media-types.ts";

const CODE_ENDINGS = [".tsx", ".ts", ".jsx", ".js", ".mjs", ".cjs", ".json", ".css", ".vue", ".svelte"];
const PLATFORM_INFIXES: Readonly<Record<PreviewPlatform, readonly string[]>> = {
  web: [".web", ""],
  ios: [".ios", ".native", ""],
  android: [".android", ".native", ""],
};
/** The platforms that code can be built for. */
export const PLATFORMS: readonly PreviewPlatform[] = ["web", "ios", "android"];
/** TypeScript lets an import of `./a.js` mean the source file `./a.ts`. */
const SOURCE_OF: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

interface FileSet {
  has(path: string): boolean;
}

/** Finds the file that the project path `base` means: itself, its platform's variant, one with an ending added, or a folder's index. */
export function findFile(files: FileSet, base: string, platform: PreviewPlatform): string | undefined {
  return candidates(base, platform).find((path) => files.has(path));
}

function candidates(base: string, platform: PreviewPlatform): string[] {
  const infixes = PLATFORM_INFIXES[platform];
  const { dir, name, ext } = posix.parse(base);
  const stem = posix.join(dir, name);
  const withEndings = (path: string): string[] =>
    CODE_ENDINGS.flatMap((ending) => infixes.map((infix) => `${path}${infix}${ending}`));
  return [
    ...infixes.map((infix) => `${stem}${infix}${ext}`),
    // The density variants of an image stand in when the plain one is missing.
    ...(isAsset(base) ? ["@2x", "@3x"].map((density) => `${stem}${density}${ext}`) : []),
    ...withEndings(base),
    ...(SOURCE_OF[ext] ?? []).map((ending) => `${stem}${ending}`),
    ...withEndings(posix.join(base, "index")),
  ];
}
