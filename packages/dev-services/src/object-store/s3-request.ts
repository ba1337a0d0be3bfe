import type { IncomingMessage } from "node:http";
import { S3Error } from "./s3-error.ts";

/** A request as S3 reads it: path-style address, decoded names. */
export interface S3Request {
  readonly method: string;
  /** As sent, still encoded. */
  readonly path: string;
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** The values of a header, by its name in lower case. */
  readonly headers: NodeJS.Dict<string[]>;
  readonly body: IncomingMessage;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", "Couldn't parse the specified URI.");
  }
};

const parseQuery = (text: string): (readonly [string, string])[] =>
  text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const split = pair.indexOf("=");
      return split < 0 ? [decode(pair), ""] : [decode(pair.slice(0, split)), decode(pair.slice(split + 1))];
    });

const maxKeyBytes = 1_024;

/**
 * Reads the target by hand: URL parsers resolve `.` and `..`, which are ordinary characters of a key.
 *
 * @throws S3Error InvalidURI, KeyTooLongError.
 */
export const parseRequest = (request: IncomingMessage): S3Request => {
  const target = request.url ?? "/";
  const queryAt = target.indexOf("?");
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  if (!path.startsWith("/")) throw new S3Error("InvalidURI", "Couldn't parse the specified URI.");
  const keyAt = path.indexOf("/", 1);
  const key = keyAt < 0 ? "" : decode(path.slice(keyAt + 1));
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error("KeyTooLongError", "Your key is too long.");
  return {
    method: request.method ?? "GET",
    path,
    bucket: decode(keyAt < 0 ? path.slice(1) : path.slice(1, keyAt)),
    key,
    query: queryAt < 0 ? [] : parseQuery(target.slice(queryAt + 1)),
    headers: request.headersDistinct,
    body: request,
  };
};

export const queryValue = (request: S3Request, name: string): string | undefined =>
  request.query.find(([found]) => found === name)?.[1];

export const headerValue = (request: S3Request, name: string): string | undefined => request.headers[name]?.[0];
