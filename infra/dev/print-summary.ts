import path from "node:path";
import { styleText } from "node:util";
import type { DevFile } from "./dev-file.ts";

/** What is known once everything runs. */
export interface Summary {
  stack: Omit<DevFile, "pids">;
  /** The path of dev.json. */
  devFile: string;
  lanAddress: string | undefined;
  /** Whether only a person reads it: a log must hold no password and no link that opens by itself. */
  isTerminal: boolean;
}

/** Says what there is to use now, and what to try next. */
export function printSummary({ stack, devFile, lanAddress, isTerminal }: Summary, print: (line: string) => void): void {
  const row = (label: string, text: string): void => print(`  ${styleText("bold", label.padEnd(11))}${text}`);
  const file = path.relative(process.cwd(), devFile);
  print("");
  row("API", stack.api_url);
  row("its docs", stack.docs_url);
  row("console", `${stack.admin_url}, for the admin`);
  row("Desktop", `${stack.desktop_url}, signed in by: hivesync login`);
  if (lanAddress !== undefined) row("on the net", `http://${lanAddress}:${new URL(stack.api_url).port}`);
  if (isTerminal) {
    if (stack.preview_url !== null) row("preview", stack.preview_url);
    row("demo user", `${stack.user.email}  ${stack.user.password}`);
    row("admin", `${stack.admin.email}  ${stack.admin.password}`);
    row("all of it", file);
  } else {
    print(`  The logins and the link of the preview are in ${file}.`);
  }
  print("");
  print("  To try next, in another terminal:");
  print("    npx -y pnpm@12 hivesync login");
  print("    npx -y pnpm@12 hivesync preview examples/vite-react");
  if (lanAddress === undefined) print("  To open previews on a phone: npx -y pnpm@12 dev --lan");
  print("  Ctrl-C stops everything.");
}
