import type { PartialMessage } from "esbuild";

/** A stylesheet on its way to CSS that the bundler reads. */
export interface StyleText {
  /** The project's file that it is, or is a part of. */
  readonly path: string;
  readonly text: string;
  readonly warnings: readonly PartialMessage[];
}
