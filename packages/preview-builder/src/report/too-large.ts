import type { LimitName } from "#build-result.ts";
import { BuildError } from "#report/build-error.ts";

const MAX_NAMED = 3;

/** The end of a build by too many bytes, which names the files that have most of them. */
export function tooLarge(
  message: string,
  limit: LimitName,
  files: { readonly inputs: () => readonly { readonly path: string; readonly size: number }[] },
): BuildError {
  const largest = files
    .inputs()
    .toSorted((a, b) => b.size - a.size)
    .slice(0, MAX_NAMED);
  const named = largest.map(({ path, size }) => `"${path}" (${size} bytes)`).join(", ");
  return new BuildError(`${message} The largest files that it read: ${named}. Make them smaller, or leave them out.`, {
    limit,
  });
}
