import type { PartialMessage } from "esbuild";
import { AS_WRITTEN } from "#report/report-rows.ts";
import { StyleFault } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import { applyTailwind, compileTailwind } from "#styles/tailwind/apply-tailwind.ts";
import type { GivenTailwind } from "#styles/tailwind/apply-tailwind.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** A `<style>` of a page, or several of one kind. */
export interface PageStyle {
  /** The page. */
  readonly path: string;
  /** The style, as far from the start as it is in the page. */
  readonly text: string;
  /** The page's text. */
  readonly written: string;
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
  { path, text, written, tailwind }: PageStyle,
  context: TransformContext,
): Promise<LoadedStyle | undefined> {
  const style: StyleText = { path, text, warnings: [] };
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
