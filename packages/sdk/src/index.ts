export type { ErrorCode, ValidationIssue } from "@hivesync/contracts/errors";
export type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
export { createHiveSync, type HiveSync, type HiveSyncOptions } from "./create-hivesync.ts";
export type { EventsOptions } from "./events.ts";
export type { HiveSyncAuth, LoginInput, RegisterInput } from "./auth.ts";
export type { CallOptions } from "./call-options.ts";
export type { DeviceCode, DeviceLoginOptions } from "./device-login.ts";
export {
  HiveSyncError,
  isHiveSyncError,
  isNetworkError,
  isTimeoutError,
  NetworkError,
  TimeoutError,
} from "./errors.ts";
export {
  createMemorySource,
  type FileSource,
  type ListingProgress,
  type SourceListing,
} from "./previews/file-source.ts";
export type {
  DocsFiles,
  DocsOptions,
  DocsSelection,
  DocumentedFile,
  HiveSyncDocs,
  MirrorDocs,
  SubmittedDocs,
  WrittenDocs,
} from "./docs/docs.ts";
export type { DocsPhase, DocsProgress } from "./docs/docs-progress.ts";
export type { HiveSyncPreviews, PublishedPreview, PublishOptions, RetryOptions } from "./previews/previews.ts";
export { FileChangedError } from "./previews/upload-missing.ts";
export type { PublishPhase, PublishProgress } from "./previews/publish-progress.ts";
export type { HiveSyncRepos, RepoSync, RequestedSync, SyncOptions } from "./repos/repos.ts";
export type { SyncPhase, SyncProgress } from "./repos/sync-progress.ts";
export { createMemoryStore, type CredentialStore, type StoredLogin } from "./session/credential-store.ts";
export type { RetryPolicy } from "./transport/retry.ts";
export type { HiveSyncApi } from "./transport/rpc-client.ts";
