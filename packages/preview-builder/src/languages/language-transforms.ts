import type { SourceTransform } from "#transforms/source-transform.ts";

/** Languages besides those that the bundler knows. */
export const languageTransforms: readonly SourceTransform[] = [];
