import type { PartialMessage } from "esbuild";
import { AS_WRITTEN } from "#report/report-rows.ts";
import { StyleFault } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import { applyTailwind, compileTailwind, mayBeTailwind } from "#styles/tailwind/apply-tailwind.ts";
import type { GivenTailwind } from "#styles/tailwind/apply-tailwind.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** A `<style>` of a page, or several of one kind. */
export interface PageStyle {
  /** The page. */
  readonly path: string;
  /** The page's text, and where in it the styles are. A page may hold thousands of them. */
  readonly written: string;
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** Comes before them. */
  readonly before?: string;
  /** Where the page says which Tailwind it means. */
  readonly tailwind?: GivenTailwind;
}

/** The style as the bundler reads it, or what is wrong with it. */
export interface LoadedStyle {
  readonly contents?: string;
  readonly warnings?: PartialMessage[];
  readonly errors?: PartialMessage[];
}

/** Does with a page's own style what is done with one in a file. Undefined where that leaves it as it is. */
export async function loadPageStyle(
  { path, written, ranges, before = "", tailwind }: PageStyle,
  context: TransformContext,
): Promise<LoadedStyle | undefined> {
  const own = ranges.map(({ start, end }) => written.slice(start, end)).join("");
  if (tailwind === undefined && !mayBeTailwind(own)) return undefined;
  const style: StyleText = { path, text: before + inTheirPlaces(written, ranges), warnings: [] };
  const lines = written.split("\n");
  const told = (messages: readonly PartialMessage[]): PartialMessage[] =>
    messages.map((message) => {
      const { location } = message;
      const lineText = lines[(location?.line ?? 1) - 1] ?? "";
      return { ...message, detail: AS_WRITTEN, ...(location && { location: { ...location, lineText } }) };
    });
  try {
    const made = await (tailwind === undefined
      ? applyTailwind(style, context)
      : compileTailwind(style, context, tailwind));
    return made === style ? undefined : { contents: made.text, warnings: told(made.warnings) };
  } catch (error) {
    if (error instanceof StyleFault) return { errors: told(error.messages) };
    throw error;
  }
}

/** The styles as far from the start as they are in the page, so that messages have the page's places. */
function inTheirPlaces(written: string, ranges: PageStyle["ranges"]): string {
  let text = "";
  for (const { start, end } of ranges) {
    text += written.slice(text.length, start).replaceAll(/[^\n]/g, " ") + written.slice(start, end);
  }
  return text;
}
