import type { StyleText } from "#styles/style-text.ts";
import { tailwindVersion } from "#styles/tailwind/tailwind-version.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** What a stylesheet says that only Tailwind understands, by its major version. */
const DIRECTIVES = {
  3: /@(?:tailwind|apply|layer|screen|responsive|variants|config)\b|\b(?:theme|screen)\(|@import\s+(?:url\()?["']tailwindcss\//,
  4: /@(?:apply|tailwind|theme|utility|custom-variant|variant|plugin|config|source|reference)\b|@import\s+["']tailwindcss|--(?:theme|spacing|alpha)\(|\btheme\(/,
} as const;

/** A Tailwind that is named beside the style, and not in package.json and configs. */
export interface GivenTailwind {
  readonly version: 3 | 4;
  /** For version 3. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
}

/** False of a style that surely is none of Tailwind's. */
export function mayBeTailwind(text: string): boolean {
  return DIRECTIVES[3].test(text) || DIRECTIVES[4].test(text);
}

/** Adds what Tailwind makes of a stylesheet, where the project uses it. Its code is loaded only then. */
export async function applyTailwind(style: StyleText, context: TransformContext): Promise<StyleText> {
  if (!mayBeTailwind(style.text)) return style;
  const version = tailwindVersion(context, style.text);
  if (version === undefined || !DIRECTIVES[version].test(style.text)) return style;
  return compileTailwind(style, context, { version, config: undefined });
}

/** The same with the Tailwind that is meant. @throws StyleFault */
export async function compileTailwind(
  style: StyleText,
  context: TransformContext,
  { version, config }: GivenTailwind,
): Promise<StyleText> {
  if (version === 3) {
    const { compileTailwind3 } = await import("#styles/tailwind/compile-tailwind-3.ts");
    return compileTailwind3(style, context, config);
  }
  const { compileTailwind4 } = await import("#styles/tailwind/compile-tailwind-4.ts");
  return compileTailwind4(style, context);
}
