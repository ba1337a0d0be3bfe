import { posix } from "node:path";
import type { TransformContext } from "#transforms/source-transform.ts";

/** A text in which class names may stand. */
export interface SourceText {
  readonly path: string;
  readonly content: string;
  readonly extension: string;
}

const EXTENSION = /\.(html?|[cm]?[jt]sx?|vue|svelte|astro|mdx?|php|njk|liquid|hbs|pug)$/i;
const NOT_SOURCE =
  /(?:^|\/)(?:node_modules|dist|build|coverage|\.[^/]+)\/|\.d\.[cm]?ts$|\.(?:test|spec)\.[^/]+$|(?:^|\/)README\.md$/i;
/** What is longer was made by a machine. */
const MAX_CHARACTERS = 1_000_000;

/** The project's own sources, in which Tailwind looks for the names of classes: everything, as Tailwind 4 does by itself. */
export function sourceTexts({ files, once }: TransformContext): Promise<readonly SourceText[]> {
  return once("tailwind-sources", async () => {
    const paths = files.paths.filter((path) => EXTENSION.test(path) && !NOT_SOURCE.test(path));
    const texts = await Promise.all(
      paths.map(async (path) => ({ path, content: await files.text(path), extension: posix.extname(path).slice(1) })),
    );
    return texts.filter(({ content }) => content.length <= MAX_CHARACTERS);
  });
}
