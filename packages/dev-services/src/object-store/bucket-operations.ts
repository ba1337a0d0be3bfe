import { buffer } from "node:stream/consumers";
import { bodyVerifier, digestingBody } from "./body-digests.ts";
import { listPage } from "./list-page.ts";
import { declaredBytes } from "./object-operations.ts";
import type { OperationContext } from "./operation.ts";
import { S3Error } from "./s3-error.ts";
import { queryValue, type S3Request } from "./s3-request.ts";
import { element, innerTexts, textElement, textsOf, xmlDocument } from "./xml.ts";

const maxKeysPerPage = 1_000;
const maxKeysPerDelete = 1_000;
const maxDeleteDocumentBytes = 4 * 1_024 * 1_024;

const answerXml = ({ response }: OperationContext, document: string): void => {
  response.writeHead(200, { "content-type": "application/xml", "content-length": Buffer.byteLength(document) });
  response.end(document);
};

export const headBucket = async ({ response, store }: OperationContext): Promise<void> => {
  response.writeHead(200, { "x-amz-bucket-region": store.credentials.region }).end();
};

const maxKeysOf = (request: S3Request): number => {
  const text = queryValue(request, "max-keys") ?? String(maxKeysPerPage);
  if (!/^\d{1,9}$/.test(text)) throw new S3Error("InvalidArgument", "Provided max-keys not an integer.");
  return Math.min(Number(text), maxKeysPerPage);
};

export const listObjects = async (context: OperationContext): Promise<void> => {
  const { request, store } = context;
  if (queryValue(request, "list-type") !== "2") throw new S3Error("NotImplemented", "Only ListObjectsV2 is supported.");
  const token = queryValue(request, "continuation-token");
  const [prefix = "", delimiter = ""] = [queryValue(request, "prefix"), queryValue(request, "delimiter")];
  const maxKeys = maxKeysOf(request);
  const after = token === undefined ? queryValue(request, "start-after") : Buffer.from(token, "base64url").toString();
  const page = listPage(store.files.sortedKeys(), { prefix, delimiter, after, maxKeys });
  const encodingType = queryValue(request, "encoding-type");
  const encode = (key: string) => (encodingType === "url" ? encodeURIComponent(key).replaceAll("%2F", "/") : key);
  const contents = page.keys.flatMap((key) => {
    const metadata = store.files.find(key);
    if (metadata === undefined) return [];
    const { lastModified, etag, sizeBytes } = metadata;
    return element("Contents", [
      textElement("Key", encode(key)),
      textElement("LastModified", lastModified),
      textElement("ETag", `"${etag}"`),
      textElement("Size", sizeBytes),
      textElement("StorageClass", "STANDARD"),
    ]);
  });
  answerXml(
    context,
    xmlDocument("ListBucketResult", [
      textElement("Name", store.bucket),
      textElement("Prefix", encode(prefix)),
      ...(delimiter === "" ? [] : [textElement("Delimiter", encode(delimiter))]),
      textElement("MaxKeys", maxKeys),
      textElement("KeyCount", page.keys.length + page.commonPrefixes.length),
      textElement("IsTruncated", page.next !== undefined),
      ...(encodingType === undefined ? [] : [textElement("EncodingType", encodingType)]),
      ...(token === undefined ? [] : [textElement("ContinuationToken", token)]),
      ...(page.next === undefined
        ? []
        : [textElement("NextContinuationToken", Buffer.from(page.next).toString("base64url"))]),
      ...contents,
      ...page.commonPrefixes.map((common) => element("CommonPrefixes", [textElement("Prefix", encode(common))])),
    ]),
  );
};

const readDeleteDocument = async ({ request, payloadHash }: OperationContext): Promise<string> => {
  declaredBytes(request, maxDeleteDocumentBytes);
  const verify = bodyVerifier(request, payloadHash);
  return (
    await buffer(
      (async function* () {
        verify(yield* digestingBody(request.body));
      })(),
    )
  ).toString();
};

export const deleteObjects = async (context: OperationContext): Promise<void> => {
  const document = await readDeleteDocument(context);
  const keys = innerTexts(document, "Object").flatMap((object) => textsOf(object, "Key").slice(0, 1));
  if (keys.length === 0 || keys.length > maxKeysPerDelete)
    throw new S3Error("MalformedXML", `The XML you provided must name 1 to ${maxKeysPerDelete} objects.`);
  for (const key of keys) context.store.files.remove(key);
  const quiet = textsOf(document, "Quiet")[0] === "true";
  const deleted = quiet ? [] : keys.map((key) => element("Deleted", [textElement("Key", key)]));
  answerXml(context, xmlDocument("DeleteResult", deleted));
};
