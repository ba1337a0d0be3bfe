import { deleteObjects, headBucket, listObjects } from "./bucket-operations.ts";
import { deleteObject, getObject, headObject, putObject, responseOverrides } from "./object-operations.ts";
import type { Operation } from "./operation.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";

interface OperationRow {
  readonly method: string;
  readonly target: "bucket" | "object";
  /** The query name that chooses this operation. */
  readonly chosenBy?: string;
  /** Other query names that it understands. */
  readonly query: readonly string[];
  readonly run: Operation;
}

const listQuery = [
  "prefix",
  "delimiter",
  "continuation-token",
  "start-after",
  "max-keys",
  "encoding-type",
  "fetch-owner",
];

const operations: readonly OperationRow[] = [
  { method: "HEAD", target: "bucket", query: [], run: headBucket },
  { method: "GET", target: "bucket", chosenBy: "list-type", query: listQuery, run: listObjects },
  { method: "POST", target: "bucket", chosenBy: "delete", query: [], run: deleteObjects },
  { method: "PUT", target: "object", query: [], run: putObject },
  { method: "GET", target: "object", query: responseOverrides, run: getObject },
  { method: "HEAD", target: "object", query: responseOverrides, run: headObject },
  { method: "DELETE", target: "object", query: [], run: deleteObject },
];

/** Query names that any request may carry: the signature, and the SDK's label of the operation. */
const isCommon = (name: string): boolean => name === "x-id" || /^x-amz-/i.test(name);

/**
 * The operation that a request asks for. An unknown query name chooses another S3 operation (`?acl`, `?uploads`), which
 * must not be taken for a plain one.
 *
 * @throws S3Error NotImplemented.
 */
export const chooseOperation = (request: S3Request): Operation => {
  const target = request.key === "" ? "bucket" : "object";
  const names = request.query.map(([name]) => name).filter((name) => !isCommon(name));
  const row = operations.find(
    ({ method, target: rowTarget, chosenBy, query }) =>
      method === request.method &&
      rowTarget === target &&
      (chosenBy === undefined || names.includes(chosenBy)) &&
      names.every((name) => name === chosenBy || query.includes(name)),
  );
  if (row !== undefined) return row.run;
  throw new S3Error("NotImplemented", "A header or query you provided implies functionality that is not implemented.");
};
