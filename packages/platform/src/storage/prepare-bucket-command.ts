import { z } from "zod";
import { origins, readEnvironment, storageVariables, toStorageOptions } from "../env.ts";
import { prepareBucket } from "./prepare-bucket.ts";

// `pnpm storage:prepare`, with the API's environment.
const env = readEnvironment(
  z.object({ ...storageVariables, HIVESYNC_PUBLIC_URL: z.url(), HIVESYNC_CORS_ORIGINS: origins.default([]) }),
);
const pages = [new URL(env.HIVESYNC_PUBLIC_URL).origin, ...env.HIVESYNC_CORS_ORIGINS];
const isNew = await prepareBucket(toStorageOptions(env), pages);
console.log(
  `The bucket ${env.HIVESYNC_S3_BUCKET} is ${isNew ? "made" : "there"}, and open to pages of ${pages.join(", ")}.`,
);
