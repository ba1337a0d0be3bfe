import process from "node:process";
import { readObjectStoreEnvironment } from "./env.ts";
import { assertPortFree } from "./free-port.ts";
import { startObjectStore, type RunningObjectStore } from "./object-store.ts";

// The object store as a process of its own: told by its environment, ready with one line of JSON on stdout.

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const start = async (): Promise<RunningObjectStore> => {
  const env = readObjectStoreEnvironment();
  await assertPortFree(env.OBJECT_STORE_PORT, { what: "object store", environmentName: "OBJECT_STORE_PORT" });
  return startObjectStore({
    directory: env.OBJECT_STORE_DIRECTORY,
    port: env.OBJECT_STORE_PORT,
    host: env.OBJECT_STORE_HOST,
    accessKeyId: env.OBJECT_STORE_ACCESS_KEY_ID,
    secretAccessKey: env.OBJECT_STORE_SECRET_ACCESS_KEY,
    bucket: env.OBJECT_STORE_BUCKET,
    region: env.OBJECT_STORE_REGION,
    corsOrigins: env.OBJECT_STORE_CORS_ORIGINS.split(",").filter(Boolean),
    ...(env.OBJECT_STORE_MAX_OBJECT_BYTES !== undefined && { maxObjectBytes: env.OBJECT_STORE_MAX_OBJECT_BYTES }),
    ...(env.OBJECT_STORE_FAULTS_TOKEN !== undefined && { faultsToken: env.OBJECT_STORE_FAULTS_TOKEN }),
    onError: (error) => console.error(describe(error)),
  });
};

try {
  const store = await start();
  const stop = () => void store.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(JSON.stringify({ endpoint: store.endpoint }));
} catch (error) {
  console.error(describe(error));
  process.exit(1);
}
