// Does AI jobs in a process of its own, for the process that started it; see writers.ts.
import { serveWriter } from "./serve-writer.ts";
import { writeJob } from "./write-job.ts";

await serveWriter(writeJob);
