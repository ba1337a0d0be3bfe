export type { LeftOutFile, MirrorBundle } from "@hivesync/contracts/jobs/repo-sync";
export type { AiProgress } from "@hivesync/contracts/resources/ai";
export type { CommentAnchor } from "@hivesync/contracts/resources/comments";
export type { JobProgress, PreviewContext } from "@hivesync/contracts/resources/previews";
export type { ProjectSettings } from "@hivesync/contracts/resources/projects";
export type { RepoProgress } from "@hivesync/contracts/resources/repos";
export type { ErrorBody as JobError } from "@hivesync/contracts/errors";
