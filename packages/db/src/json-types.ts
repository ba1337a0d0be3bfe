export type { JobProgress, PreviewContext } from "@hivesync/contracts/resources/previews";
export type { ProjectSettings } from "@hivesync/contracts/resources/projects";
export type { ErrorBody as JobError } from "@hivesync/contracts/errors";

/** Where a documentation thread is tied to the code; lines count from 1. */
export interface CommentAnchor {
  path: string;
  line_start: number;
  line_end: number;
  ai_job_id?: string;
}
