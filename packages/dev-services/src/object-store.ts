import { createServer } from "node:http";
import path from "node:path";
import type { KeyPair } from "./object-store/authenticate.ts";
import { createFaults, type Faults } from "./object-store/faults.ts";
import { handleRequest } from "./object-store/handle-request.ts";
import { openObjectFiles } from "./object-store/object-files.ts";

export type { Fault, Faults } from "./object-store/faults.ts";

/** How {@link startObjectStore} serves one bucket. */
export interface ObjectStoreOptions {
  /** Where the objects are kept; made where there is none. One store at a time may use it. */
  readonly directory: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Another pair that is taken too, as while keys are changed. */
  readonly secondKey?: KeyPair;
  readonly bucket: string;
  /** Default: us-east-1. */
  readonly region?: string;
  /** The origins whose pages may read and upload: as a browser sends them, `null` too, or "*" for all but `null`. */
  readonly corsOrigins?: readonly string[];
  /** Default: 5 GiB, as with S3. */
  readonly maxObjectBytes?: number;
  /** When given, `POST` and `DELETE /_faults` with this bearer token switch faults from another process. */
  readonly faultsToken?: string;
  /** Told of what should not happen, and is answered as InternalError. Default: nobody is. */
  readonly onError?: (error: unknown) => void;
}

/** A store that {@link startObjectStore} started. */
export interface RunningObjectStore {
  /** `http://host:port`, for path-style addresses. */
  readonly endpoint: string;
  readonly port: number;
  readonly faults: Faults;
  /** Cuts what is open; resolves when nothing is being written any more. */
  readonly stop: () => Promise<void>;
}

const maxSinglePutBytes = 5 * 1_024 ** 3;
/** Longer than clients keep idle connections, so that none is closed just when it is used again. */
const keepAliveMs = 65_000;

/**
 * Starts a small S3-API server for development and tests. Every request must be signed (SigV4, header or presigned);
 * sizes and checksums are verified; an object appears whole or not at all.
 *
 * @throws Error when the port is taken or the directory cannot be used.
 * @example
 * const store = await startObjectStore({ directory, port: 0, accessKeyId, secretAccessKey, bucket: "hivesync" });
 * store.faults.set({ mode: "error500", method: "PUT", times: 2 });
 * await store.stop();
 */
export const startObjectStore = async (options: ObjectStoreOptions): Promise<RunningObjectStore> => {
  const { host = "127.0.0.1", accessKeyId, secretAccessKey, bucket, region = "us-east-1" } = options;
  const { corsOrigins = [], maxObjectBytes = maxSinglePutBytes, faultsToken, onError = () => undefined } = options;
  const files = openObjectFiles(path.resolve(options.directory));
  const faults = createFaults();
  const stopping = new AbortController();
  const store = {
    bucket,
    credentials: { accessKeyId, secretAccessKey, region, second: options.secondKey },
    files,
    maxObjectBytes,
  };
  const context = { store, corsOrigins, faults, faultsToken, stopping: stopping.signal, onError };
  const inFlight = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    const answered = handleRequest(context, request, response).finally(() => inFlight.delete(answered));
    inFlight.add(answered);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has no port.");
  return {
    endpoint: `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${address.port}`,
    port: address.port,
    faults,
    stop: async () => {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await Promise.all(inFlight);
    },
  };
};
