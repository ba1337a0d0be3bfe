import type { ChildLog } from "./child-log.ts";
import type { DevEnvironment } from "./env.ts";
import type { Report } from "./report.ts";
import type { DevSecrets } from "./secrets.ts";
import type { Supervisor } from "./supervisor.ts";

/** What every part of the start works with. */
export interface StackContext {
  env: DevEnvironment;
  /** Where the data is. */
  directory: string;
  /** The address of this machine on its network, when others are to reach the stack. */
  lanAddress: string | undefined;
  secrets: DevSecrets;
  supervisor: Supervisor;
  report: Report;
  /** The log of a child, opened on its first use. */
  logOf: (name: string) => ChildLog;
}
