import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * When a living process was started, as the system spells it; undefined when there is none. With the id it names one process for good,
 * as ids are used again. A zombie has ended: only its parent has not asked about it yet.
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      // See proc_pid_stat(5): the fields after the name in brackets; the first is the state, the twentieth the start time.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
    }
    const output = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return output.startsWith("Z") ? undefined : output.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}
