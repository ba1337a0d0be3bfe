import { S3Error } from "./s3-error.ts";

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header (RFC 9110, section 14.2). Undefined means the whole object: no header, one that is not
 * understood, or several ranges, which S3 does not serve.
 *
 * @throws S3Error InvalidRange when the object has no byte of it.
 */
export const parseRange = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [first, last] = [match[1] ?? "", match[2] ?? ""];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start > end)
    throw new S3Error("InvalidRange", "The requested range is not satisfiable", {
      "content-range": `bytes */${sizeBytes}`,
    });
  return { start, end };
};
