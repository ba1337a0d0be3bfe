import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import type { ManifestFile } from "@hivesync/contracts/paths";
import type { AiJob, SubmittedAiJob } from "@hivesync/contracts/resources/ai";
import { ContractError, type ContractHandlers } from "./contract-server.ts";
import type { UploadServer } from "./upload-server.ts";

const jobId = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e30";

export const testResult: AiResult = { engine: "static", markdown: "# Words\n", notes: ["n"] };

/** What one call of `ai.submit` came with. */
export interface AiRequest {
  input: { selection: ManifestFile[]; context?: { files?: ManifestFile[]; replace?: boolean } };
  idempotencyKey: string | undefined;
}

/** AI endpoints as the contract describes them, over a server that holds the files. */
export class AiJobs {
  requests: AiRequest[] = [];
  /** Requests about what the mirror holds. */
  mirrorRequests: Record<string, unknown>[] = [];
  /** What `ai.get` answers, one after the other; the last one again and again. */
  states: Partial<AiJob>[] = [{ status: "COMPLETED", result: testResult }];
  gets = 0;
  readonly #uploads: UploadServer;

  constructor(uploads: UploadServer) {
    this.#uploads = uploads;
  }

  readonly handlers: ContractHandlers = {
    "ai.submit": ({ input: given, idempotencyKey }) => {
      if (given["source"]) {
        this.mirrorRequests.push(given);
        return submitted;
      }
      const input = given as unknown as AiRequest["input"];
      this.requests.push({ input, idempotencyKey });
      const files = [...input.selection, ...(input.context?.files ?? [])];
      const missing = files.filter(({ sha256 }) => !this.#uploads.stored.has(sha256));
      if (missing.length > 0) {
        const rows = missing.map(({ sha256, size }) => ({
          sha256,
          size,
          upload_url: this.#uploads.urlOf(sha256),
          headers: { "content-type": "application/octet-stream" },
        }));
        throw new ContractError("FILES_MISSING", { missing: rows, missing_total: missing.length });
      }
      return submitted;
    },
    "ai.get": () => {
      const state = this.states[Math.min(this.gets, this.states.length - 1)];
      this.gets += 1;
      return { ...queued, ...state };
    },
  };
}

const submitted: SubmittedAiJob = { job_id: jobId, status: "QUEUED", queue: "ai-cpu" };

const queued: AiJob = {
  job_id: jobId,
  project_id: jobId,
  job_type: "document",
  status: "QUEUED",
  queue: "ai-cpu",
  progress: null,
  result_url: null,
  result: null,
  logs_url: null,
  error: null,
  requested_by: null,
  retried_from: null,
  created_at: "2026-11-22T10:00:00.000Z",
  started_at: null,
  completed_at: null,
};
