import { fileURLToPath } from "node:url";
import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";

const mainFile = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A Desktop as a process of its own. */
export interface DesktopProcess extends TetheredProcess {
  lines: string[];
  /** Resolves when it listens, with false when it ended instead. */
  isListening: Promise<boolean>;
}

/** The variables that keep a Desktop within a folder. */
export function desktopEnvironment(folder: string, upstream: string): Record<string, string> {
  return {
    PATH: "/usr/bin:/bin",
    HOME: folder,
    HIVESYNC_API_URL: upstream,
    HIVESYNC_DESKTOP_PORT: "0",
    HIVESYNC_RUNTIME_DIRECTORY: `${folder}/run`,
    HIVESYNC_DESKTOP_DIRECTORY: `${folder}/data`,
    HIVESYNC_CREDENTIALS_STORE: "memory",
  };
}

/** Runs `main.ts`, by whatever command comes before it. */
export async function runDesktop(
  environment: Record<string, string>,
  before: readonly string[] = [],
): Promise<DesktopProcess> {
  const lines: string[] = [];
  const listening = Promise.withResolvers<boolean>();
  const [program, ...args] = [...before, process.execPath, mainFile];
  const child = await spawnTethered(program, args, {
    env: environment,
    output: (line) => {
      lines.push(line);
      if (line.includes('"listening"')) listening.resolve(true);
    },
    graceMs: 10_000,
  });
  void child.exited.then(() => listening.resolve(false));
  return { ...child, lines, isListening: listening.promise };
}
