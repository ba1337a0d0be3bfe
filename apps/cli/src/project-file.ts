import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { usageError } from "./cli-error.ts";

/** The file in a folder that remembers which project it belongs to. */
export const projectFileName = "hivesync.json";

/** How the folder's previews are built, unless a command says otherwise. */
export interface PreviewChoices {
  entry?: string;
  platform?: Platform;
}

/** What code can be built for. */
export const platforms = ["web", "ios", "android"] as const;
export type Platform = (typeof platforms)[number];

interface ProjectFile extends PreviewChoices {
  project_id: string;
}

/** The project that a folder remembers. */
export async function readProjectFile(directory: string): Promise<string | undefined> {
  return (await readFileOf(directory))?.project_id;
}

/** What a folder remembers of how its previews are built. */
export async function readPreviewChoices(directory: string): Promise<PreviewChoices> {
  const { entry, platform } = (await readFileOf(directory)) ?? {};
  return { ...(entry === undefined ? {} : { entry }), ...(platform === undefined ? {} : { platform }) };
}

async function readFileOf(directory: string): Promise<ProjectFile | undefined> {
  const file = path.join(directory, projectFileName);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw usageError(`${file} cannot be read. Mend or delete it, or give --project.`);
  }
  try {
    const found = JSON.parse(text) as Record<string, unknown>;
    if (isProjectFile(found)) return found;
  } catch {
    // Said below.
  }
  throw usageError(
    `${file} must hold {"project_id": "…"}, and may hold "entry" and "platform" (${platforms.join(", ")}). Mend or delete it, or give --project.`,
  );
}

function isProjectFile(found: unknown): found is ProjectFile {
  if (typeof found !== "object" || found === null) return false;
  const { project_id: id, entry, platform } = found as Record<string, unknown>;
  const isEntry = entry === undefined || typeof entry === "string";
  return typeof id === "string" && isEntry && (platform === undefined || platforms.includes(platform as Platform));
}

export async function writeProjectFile(
  directory: string,
  projectId: string,
  choices: PreviewChoices = {},
): Promise<void> {
  const contents = `${JSON.stringify({ project_id: projectId, ...choices }, null, 2)}\n`;
  await writeFile(path.join(directory, projectFileName), contents);
}
