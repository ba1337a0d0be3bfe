import { exampleIds } from "../example-ids.ts";
import type { ManifestFile } from "../paths.ts";
import type { JobProgress, Preview, PreviewSummary, RequestedPreview } from "../resources/previews.ts";

/** A whole app: the text of {@link exampleFile}. */
export const exampleFileText = "<!doctype html>\n<title>Todo</title>\n<h1>Todo</h1>\n";

export const exampleFile: ManifestFile = {
  path: "index.html",
  sha256: "006fd0163c9ab0107582243ab0f12b055a8f4dfe23d35f11d1637160d2e190c2",
  size: 50,
};

const previewToken = "eyJhbGciOiJFZERTQSIsInR5cCI6InByZXZpZXcrand0In0.e30.example";

export const exampleRequested: RequestedPreview = {
  job_id: exampleIds.preview,
  preview_token: previewToken,
  preview_url: "https://hivesync.example/p/hsp_AaICssUAcACAAAAAAAAAYQx3Kq9ZtVb7Lw2Rmu",
  status: "QUEUED",
  queue: "preview-cpu",
  expires_at: "2026-11-22T11:15:00.000Z",
};

export const exampleProgress: JobProgress = { phase: "building", ratio: 0.4 };

export const exampleSummary: PreviewSummary = {
  job_id: exampleIds.preview,
  project_id: exampleIds.project,
  status: "COMPLETED",
  queue: "preview-cpu",
  preview_url: exampleRequested.preview_url,
  error: null,
  context: { git_branch: "main", framework: "react-native" },
  requested_by: exampleIds.ada,
  retried_from: null,
  created_at: "2026-11-22T10:15:00.000Z",
  started_at: "2026-11-22T10:15:01.000Z",
  completed_at: "2026-11-22T10:15:04.000Z",
  expires_at: exampleRequested.expires_at,
};

const stored = `https://storage.hivesync.example/hivesync/t/${exampleIds.team}/previews/${exampleIds.preview}/1`;
const signature = "X-Amz-Expires=300&X-Amz-Signature=example";

export const examplePreview: Preview = {
  ...exampleSummary,
  project_name: "Todo",
  kind: "Expo app (React 19)",
  platform: "ios",
  progress: null,
  bundle_url: `${stored}/index.html?${signature}`,
  source_map_url: `${stored}/index.html.map?${signature}`,
  logs_url: `${stored}/build.log?${signature}`,
  snapshots: { phone: `${stored}/snapshot-phone.png?${signature}` },
  warnings: [],
  timings: { build_ms: 180 },
};
