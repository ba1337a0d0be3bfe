import { renameSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";

/** Writes a file that only this user can read. It appears whole, or not at all; synchronous, so that two writes keep their order. */
export function writePrivateFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
