import type { ServerResponse } from "node:http";
import type { StoreCredentials } from "./authenticate.ts";
import type { Fault } from "./faults.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { S3Request } from "./s3-request.ts";

/** The store as its operations see it. */
export interface Store {
  readonly bucket: string;
  readonly credentials: StoreCredentials;
  readonly files: ObjectFiles;
  readonly maxObjectBytes: number;
}

/** One request that is signed and for this bucket. */
export interface OperationContext {
  readonly store: Store;
  readonly request: S3Request;
  readonly response: ServerResponse;
  readonly payloadHash: string;
  readonly fault: Fault | undefined;
}

export type Operation = (context: OperationContext) => Promise<void>;
