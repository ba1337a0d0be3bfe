import { openDesktop, type Desktop, type DesktopStatus } from "@hivesync/sdk/node";
import { CliError, exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { startDesktop } from "#desktop-process.ts";

export async function desktopStart(_options: object, { hive, output, signal }: CliContext): Promise<void> {
  const running = await openDesktop(hive);
  const desktop = running ?? (await startDesktop(hive.baseUrl, signal));
  const status = await readStatus(desktop, signal);
  const words = running ? "A Desktop runs already" : "The Desktop runs";
  output.result({ started: !running, ...status }, `${words}: ${describe(status)}`);
}

export async function desktopStatus(_options: object, { hive, output, signal }: CliContext): Promise<number> {
  const desktop = await openDesktop(hive);
  if (!desktop) {
    output.result({ running: false, upstream: hive.baseUrl }, notRunning(hive.baseUrl));
    return exitCodes.failure;
  }
  const status = await readStatus(desktop, signal);
  const { account, folders, log_file } = status;
  const lines = [
    `Desktop  ${describe(status)}`,
    account ? `Account  ${account.username} (${account.email}), ${account.tier}` : "Account  not signed in",
    `Login    ${status.credentials}`,
    ...folders.map(({ directory, files }) => `Folder   ${directory}${files === null ? "" : ` (${files} files)`}`),
    `Log      ${log_file}`,
  ];
  output.result({ running: true, ...status }, lines.join("\n"));
  return exitCodes.ok;
}

export async function desktopLogs({ lines }: { lines: number }, { hive, output, signal }: CliContext): Promise<void> {
  const desktop = await openDesktop(hive);
  if (!desktop) throw new CliError(notRunning(hive.baseUrl), { code: "NOT_RUNNING", exitCode: exitCodes.failure });
  try {
    const found = await desktop.logs({ lines, signal });
    output.result({ lines: found }, found.map((line) => JSON.stringify(line)).join("\n"));
  } finally {
    desktop.close();
  }
}

async function readStatus(desktop: Desktop, signal: AbortSignal): Promise<DesktopStatus> {
  try {
    return await desktop.status({ signal });
  } finally {
    desktop.close();
  }
}

function describe({ port, pid, upstream }: DesktopStatus): string {
  return `port ${port}, process ${pid}, in front of ${upstream}`;
}

function notRunning(baseUrl: string): string {
  return `No Desktop runs for ${baseUrl}. Start one with \`hivesync desktop start\`.`;
}
