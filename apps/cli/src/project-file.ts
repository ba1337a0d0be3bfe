import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { usageError } from "./cli-error.ts";

/** The file in a folder that remembers which project it belongs to. */
export const projectFileName = "hivesync.json";

/** The project that a folder remembers. */
export async function readProjectFile(directory: string): Promise<string | undefined> {
  const file = path.join(directory, projectFileName);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw usageError(`${file} cannot be read. Mend or delete it, or give --project.`);
  }
  try {
    const { project_id: id } = JSON.parse(text) as { project_id?: unknown };
    if (typeof id === "string") return id;
  } catch {
    // Said below.
  }
  throw usageError(`${file} must hold {"project_id": "…"}. Mend or delete it, or give --project.`);
}

export async function writeProjectFile(directory: string, projectId: string): Promise<void> {
  const contents = `${JSON.stringify({ project_id: projectId }, null, 2)}\n`;
  await writeFile(path.join(directory, projectFileName), contents);
}
