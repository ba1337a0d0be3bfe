import { assetTransforms } from "#assets/asset-transforms.ts";
import { languageTransforms } from "#languages/language-transforms.ts";
import { styleTransforms } from "#styles/style-transforms.ts";
import type { SourceTransform, TransformContext } from "#transforms/source-transform.ts";

const TRANSFORMS: readonly SourceTransform[] = [...languageTransforms, ...styleTransforms, ...assetTransforms];

/** What turns a file into what the bundler reads, or undefined where the bundler reads it as it is. */
export function transformOf(path: string, context: TransformContext): SourceTransform | undefined {
  return TRANSFORMS.find((row) => row.matches(path, context));
}
