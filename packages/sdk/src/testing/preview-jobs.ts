import type { ManifestFile } from "@hivesync/contracts/paths";
import type { z } from "zod";
import type { jobError, Preview, RequestedPreview } from "@hivesync/contracts/resources/previews";
import { ContractError, type ContractHandlers } from "./contract-server.ts";
import type { UploadServer } from "./upload-server.ts";

const jobId = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e20";
export const previewUrl = "https://hivesync.example.com/p/token";

/** Preview endpoints as the contract describes them, over a server that holds the files. */
export class PreviewJobs {
  /** At most so many missing files in one answer. */
  missingAtOnce = 1_000;
  requests: { files: ManifestFile[]; idempotencyKey: string | undefined }[] = [];
  /** Requests for what the mirror holds. */
  mirrorRequests: Record<string, unknown>[] = [];
  hasMirror = true;
  /** Previews that were asked for again. */
  retried: unknown[] = [];
  /** What `previews.get` answers, one after the other; the last one again and again. */
  states: Partial<Preview>[] = [
    {
      status: "COMPLETED",
      bundle_url: "https://storage.example.com/index.html",
      kind: "Vue page (Vue 3)",
      warnings: ["w"],
    },
  ];
  gets = 0;
  cancels = 0;
  readonly #uploads: UploadServer;

  constructor(uploads: UploadServer) {
    this.#uploads = uploads;
  }

  failWith(error: z.output<typeof jobError>): void {
    this.states = [{ status: "FAILED", error }];
  }

  readonly handlers: ContractHandlers = {
    "previews.request": ({ input, idempotencyKey }) => {
      if (input["source"]) {
        if (!this.hasMirror) throw new ContractError("CONFLICT");
        this.mirrorRequests.push(input);
        return requested;
      }
      const files = input["files"] as ManifestFile[];
      this.requests.push({ files, idempotencyKey });
      const bySha256 = new Map(files.map((file) => [file.sha256, file]));
      const missing = [...bySha256.values()].filter(({ sha256 }) => !this.#uploads.stored.has(sha256));
      if (missing.length > 0) {
        const rows = missing.slice(0, this.missingAtOnce).map(({ sha256, size }) => ({
          sha256,
          size,
          upload_url: this.#uploads.urlOf(sha256),
          headers: { "content-type": "application/octet-stream" },
        }));
        throw new ContractError("FILES_MISSING", { missing: rows, missing_total: missing.length });
      }
      return requested;
    },
    "previews.retry": ({ input }) => {
      this.retried.push(input["id"]);
      return requested;
    },
    "previews.cancel": () => {
      this.cancels += 1;
      return { job_id: jobId, status: "CANCELLED" };
    },
    "previews.get": () => {
      const state = this.states[Math.min(this.gets, this.states.length - 1)];
      this.gets += 1;
      return { ...queued, ...state };
    },
  };
}

const requested: RequestedPreview = {
  job_id: jobId,
  preview_token: "token",
  preview_url: previewUrl,
  status: "QUEUED",
  queue: "preview-cpu",
  expires_at: "2026-11-22T11:00:00.000Z",
};

const queued: Preview = {
  job_id: jobId,
  project_id: jobId,
  project_name: "Todo",
  status: "QUEUED",
  queue: "preview-cpu",
  kind: null,
  platform: "web",
  progress: null,
  preview_url: previewUrl,
  bundle_url: null,
  source_map_url: null,
  logs_url: null,
  snapshots: {},
  error: null,
  warnings: [],
  timings: null,
  context: null,
  requested_by: null,
  retried_from: null,
  created_at: "2026-11-22T10:00:00.000Z",
  started_at: null,
  completed_at: null,
  expires_at: "2026-11-22T11:00:00.000Z",
};
