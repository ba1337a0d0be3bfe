import type { Deps } from "#deps.ts";
import type { JobKind } from "#outbox/job-kinds.ts";

/** The job that a callback is about, as its row stood. */
export interface CalledJob {
  kind: JobKind;
  id: string;
  projectId: string;
  teamId: string;
  status: string;
  attempt: number;
}

/** An object that an attempt has written. */
export interface OwnObject {
  key: string;
  /** In bytes. */
  size: number;
}

/** What a completion looks at besides the worker's word. */
export interface StoredResult {
  deps: Pick<Deps, "db" | "storage">;
  job: CalledJob;
  /** The object that a URL of the attempt names; `name` is the field that holds it. @throws AppError VALIDATION_ERROR when it is not the attempt's own */
  objectOf: (name: string, url: string) => Promise<OwnObject>;
}
