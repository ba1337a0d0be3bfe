import { validateHeaderValue, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { bodyVerifier } from "./body-digests.ts";
import type { OperationContext } from "./operation.ts";
import type { ObjectMetadata } from "./object-trailer.ts";
import { parseRange, type ByteRange } from "./range.ts";
import { S3Error } from "./s3-error.ts";
import { headerValue, queryValue, type S3Request } from "./s3-request.ts";

const defaultContentType = "binary/octet-stream";
const keptHeader = /^(content-type|content-disposition|content-encoding|content-language|cache-control|x-amz-meta-.+)$/;
const checksumHeader = /^x-amz-checksum-(sha256|crc32)$/;
const overridePrefix = "response-";

/** The query names by which a signed request chooses headers of the answer. */
export const responseOverrides = [
  "response-content-type",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-cache-control",
];

const headersToKeep = (request: S3Request): Record<string, string> =>
  Object.fromEntries([
    ["content-type", defaultContentType],
    ...Object.entries(request.headers)
      .filter(([name]) => keptHeader.test(name) || checksumHeader.test(name))
      .map(([name, values]) => [name, values?.[0] ?? ""]),
  ]);

const checksumsOf = (metadata: ObjectMetadata): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.headers).filter(([name]) => checksumHeader.test(name)));

/** The declared size of a body, which every upload has to name: an upload that is cut is then known to be cut. */
export const declaredBytes = (request: S3Request, maxBytes: number): number => {
  const text = headerValue(request, "content-length");
  if (text === undefined) throw new S3Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  if (Number(text) > maxBytes)
    throw new S3Error("EntityTooLarge", `Your proposed upload exceeds the maximum allowed size of ${maxBytes} bytes.`);
  return Number(text);
};

export const putObject = async ({ request, response, store, payloadHash }: OperationContext): Promise<void> => {
  if (request.headers["x-amz-copy-source"] !== undefined)
    throw new S3Error("NotImplemented", "Copying objects is not supported.");
  declaredBytes(request, store.maxObjectBytes);
  const metadata = await store.files.write({
    key: request.key,
    body: request.body,
    headers: headersToKeep(request),
    mustBeNew: headerValue(request, "if-none-match") === "*",
    verify: bodyVerifier(request, payloadHash),
  });
  response.writeHead(200, { etag: `"${metadata.etag}"`, ...checksumsOf(metadata), "content-length": 0 }).end();
};

const findObject = ({ request, store }: OperationContext): ObjectMetadata => {
  const metadata = store.files.find(request.key);
  if (metadata === undefined) throw new S3Error("NoSuchKey", "The specified key does not exist.");
  return metadata;
};

const overridesOf = (request: S3Request): Record<string, string> =>
  Object.fromEntries(
    responseOverrides.flatMap((name) => {
      const value = queryValue(request, name);
      return value === undefined ? [] : [[name.slice(overridePrefix.length), value]];
    }),
  );

const matchesEtag = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(",").some((candidate) => ["*", `"${etag}"`, `W/"${etag}"`, etag].includes(candidate.trim()));

const setHeaders = (response: ServerResponse, headers: Record<string, string>): void => {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderValue(name, value);
    } catch {
      throw new S3Error("InvalidArgument", `The value for ${name} cannot be sent as a header.`);
    }
  }
  response.setHeaders(new Map(Object.entries(headers)));
};

/** Answers with the status and the headers of the object. Undefined when there is no body to send after them. */
const answerHead = (context: OperationContext, metadata: ObjectMetadata): ByteRange | undefined => {
  const { request, response } = context;
  const { sizeBytes, etag, headers } = metadata;
  const validators = { etag: `"${etag}"`, "last-modified": new Date(metadata.lastModified).toUTCString() };
  if (matchesEtag(headerValue(request, "if-none-match"), etag)) {
    setHeaders(response, validators);
    response.writeHead(304).end();
    return undefined;
  }
  const range = parseRange(headerValue(request, "range"), sizeBytes);
  const sent = range ?? { start: 0, end: sizeBytes - 1 };
  const withChecksums = headerValue(request, "x-amz-checksum-mode") === "ENABLED" && range === undefined;
  setHeaders(response, {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => withChecksums || !checksumHeader.test(name))),
    ...overridesOf(request),
    ...validators,
    "accept-ranges": "bytes",
    "content-length": String(sent.end - sent.start + 1),
    ...(range !== undefined && { "content-range": `bytes ${range.start}-${range.end}/${sizeBytes}` }),
  });
  response.writeHead(range === undefined ? 200 : 206);
  return sent;
};

export const headObject = async (context: OperationContext): Promise<void> => {
  answerHead(context, findObject(context));
  context.response.end();
};

export const getObject = async (context: OperationContext): Promise<void> => {
  const { response, store, fault, request } = context;
  const range = answerHead(context, findObject(context));
  if (range === undefined || range.end < range.start) {
    response.end();
    return;
  }
  if (fault?.mode === "truncate") {
    const half = { start: range.start, end: range.start + Math.floor((range.end - range.start) / 2) };
    await pipeline(store.files.read(request.key, half), response, { end: false });
    response.destroy();
    return;
  }
  await pipeline(store.files.read(request.key, range), response);
};

export const deleteObject = async ({ request, response, store }: OperationContext): Promise<void> => {
  store.files.remove(request.key);
  response.writeHead(204).end();
};
