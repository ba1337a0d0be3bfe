import type { Bench } from "./bench-stack.ts";
import type { RowReport } from "./report.ts";
import { measureAdmin } from "./rows/admin.ts";
import { measureCapacity } from "./rows/capacity.ts";
import { measureColdStart } from "./rows/cold-start.ts";
import { measureCorpus } from "./rows/corpus.ts";
import { measureDepth } from "./rows/depth.ts";
import { measureDesktop } from "./rows/desktop.ts";
import { measureDocumentation } from "./rows/documentation.ts";
import { measureManifests } from "./rows/manifest.ts";
import { compareFastapi } from "./rows/fastapi.ts";
import { measurePreviews } from "./rows/previews.ts";
import { measureQueue } from "./rows/queue.ts";
import { compareRest } from "./rows/rest.ts";
import { measureSdkOverhead } from "./rows/sdk-overhead.ts";
import { measureSignIn } from "./rows/sign-in.ts";
import { measureStreams } from "./rows/streams.ts";
import { compareBatch, compareTrpc } from "./rows/trpc.ts";

/** One row of the bench. */
export interface Row {
  title: string;
  run: (bench: Bench) => Promise<RowReport>;
}

/** Every row by its name, in the order in which they are run. */
export const rows: Readonly<Record<string, Row>> = {
  list: { title: "A list of 50 projects over REST", run: (bench) => compareRest(bench, "list") },
  get: { title: "One project over REST", run: (bench) => compareRest(bench, "get") },
  create: { title: "A new project over REST", run: (bench) => compareRest(bench, "create") },
  trpc: { title: "The same over tRPC", run: compareTrpc },
  batch: { title: "Ten gets in one tRPC request", run: compareBatch },
  fastapi: { title: "The list beside FastAPI and asyncpg", run: compareFastapi },
  "sign-in": { title: "Reads while others sign in", run: measureSignIn },
  manifest: { title: "A manifest of 10,000 files", run: measureManifests },
  queue: { title: "From an accepted job to its start", run: measureQueue },
  streams: { title: "2,000 idle event streams on one process", run: measureStreams },
  admin: { title: "What the operator sees beside a million old rows", run: measureAdmin },
  depth: { title: "Pages of a million rows", run: measureDepth },
  sdk: { title: "A call through the SDK", run: measureSdkOverhead },
  desktop: { title: "10,000 files through a Desktop", run: measureDesktop },
  docs: { title: "Documentation by the static engine", run: measureDocumentation },
  capacity: { title: "What a core does in a minute", run: measureCapacity },
  previews: { title: "From a request to a page that opens", run: measurePreviews },
  corpus: { title: "The preview builder's corpus in Chromium", run: measureCorpus },
  start: { title: "Start of the API", run: measureColdStart },
};
