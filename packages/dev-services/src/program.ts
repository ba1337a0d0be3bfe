import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The absolute path of a program that PATH leads to. */
export const findOnPath = async (name: string): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", 'command -v "$1"', "sh", name]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
};
