import type { LimitName, ReportRow } from "#build-result.ts";
import { clip, limitRows } from "#report/report-rows.ts";

/** Ends a build with a message and rows for the person who asked for it. Never holds a path of the host. */
export class BuildError extends Error {
  readonly rows: readonly ReportRow[];
  readonly limit: LimitName | undefined;

  constructor(message: string, details: { rows?: readonly ReportRow[]; limit?: LimitName } = {}) {
    super(clip(message));
    this.name = "BuildError";
    this.rows = limitRows(details.rows ?? []);
    this.limit = details.limit;
  }
}
