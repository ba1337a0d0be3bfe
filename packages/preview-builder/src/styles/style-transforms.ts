import type { SourceTransform } from "#transforms/source-transform.ts";

/** Styles besides the CSS that the bundler knows. */
export const styleTransforms: readonly SourceTransform[] = [];
