import type { StyleText } from "#styles/style-text.ts";
import { tailwindVersion } from "#styles/tailwind/tailwind-version.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** What a stylesheet says that only Tailwind understands, by its major version. */
const DIRECTIVES = {
  3: /@(?:tailwind|apply|layer|screen|responsive|variants|config)\b|\b(?:theme|screen)\(|@import\s+(?:url\()?["']tailwindcss\//,
  4: /@(?:apply|tailwind|theme|utility|custom-variant|variant|plugin|config|source|reference)\b|@import\s+["']tailwindcss|--(?:theme|spacing|alpha)\(|\btheme\(/,
} as const;

/** Adds what Tailwind makes of a stylesheet, where the project uses it. Its code is loaded only then. */
export async function applyTailwind(style: StyleText, context: TransformContext): Promise<StyleText> {
  if (!DIRECTIVES[3].test(style.text) && !DIRECTIVES[4].test(style.text)) return style;
  const version = tailwindVersion(context, style.text);
  if (version === undefined || !DIRECTIVES[version].test(style.text)) return style;
  if (version === 3) {
    const { compileTailwind3 } = await import("#styles/tailwind/compile-tailwind-3.ts");
    return compileTailwind3(style, context);
  }
  const { compileTailwind4 } = await import("#styles/tailwind/compile-tailwind-4.ts");
  return compileTailwind4(style, context);
}
