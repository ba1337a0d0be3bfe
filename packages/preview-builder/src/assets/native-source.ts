import { posix } from "node:path";
import { imageSize } from "#bundle/image-size.ts";
import { toDataUrl } from "#bundle/media-types.ts";
import type { ProjectFiles } from "#project/project-files.ts";

/** Phones show two or three pixels for a point; the first that a project has is taken, as one page holds one of them. */
const SCALES = [2, 3, 1];

/** What an image or font is to a React Native app: `{ uri, width, height }`, the size in points as its densest variants say. */
export async function nativeSource(files: ProjectFiles, path: string): Promise<object> {
  const { dir, name, ext } = posix.parse(path);
  const [, stem = name] = /^(.+)@\d(?:\.\d+)?x$/.exec(name) ?? [];
  const variants = SCALES.map((scale) => ({
    scale,
    variant: posix.join(dir, scale === 1 ? `${stem}${ext}` : `${stem}@${scale}x${ext}`),
  }));
  const { variant, scale } = variants.find((row) => files.has(row.variant)) ?? { variant: path, scale: 1 };
  const bytes = await files.bytes(variant);
  const size = imageSize(bytes);
  const uri = toDataUrl(variant, bytes);
  if (size === undefined) return { uri };
  return { uri, width: Math.round(size.width / scale), height: Math.round(size.height / scale) };
}
