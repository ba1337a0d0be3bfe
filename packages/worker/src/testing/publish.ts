import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { Database } from "@hivesync/db/client";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { blobs } from "@hivesync/db/schema/blobs";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { Storage } from "@hivesync/platform/storage/client";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";

export interface Team {
  teamId: string;
  userId: string;
  projectId: string;
}

/** A user of the tier Free with a team and a project. */
export async function seedTeam(db: Database): Promise<Team> {
  const [userId, teamId, projectId] = [newId(), newId(), newId()];
  const name = `u${userId.slice(-12)}`;
  await db.insert(users).values({ id: userId, email: `${name}@example.com`, username: name, password_hash: "-" });
  await db.insert(teams).values({ id: teamId, owner_id: userId, name: "Team", personal: true });
  await db.insert(projects).values({ id: projectId, team_id: teamId, name: "Project" });
  return { teamId, userId, projectId };
}

/** A preview's row as the API writes it. */
export async function insertPreview(
  db: Database,
  team: Team,
  fields: Partial<typeof previewSessions.$inferInsert> & { input_key: string },
): Promise<string> {
  const id = newId();
  await db.insert(previewSessions).values({
    id,
    project_id: team.projectId,
    requested_by: team.userId,
    token_hash: "-",
    queue: "preview-cpu",
    priority: 8,
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    ...fields,
  });
  return id;
}

/** Where a test's jobs are made. */
interface Place {
  db: Database;
  storage: Storage;
  team: Team;
}

async function storeFiles({ db, storage, team }: Place, files: Readonly<Record<string, string>>) {
  const manifest = Object.entries(files).map(([path, text]) => ({
    path,
    sha256: sha256Hex(text),
    size: Buffer.byteLength(text),
  }));
  for (const text of Object.values(files)) {
    const sha256 = sha256Hex(text);
    await storage.put(objectKeys.blob(team.teamId, sha256), text, "application/octet-stream");
    await db
      .insert(blobs)
      .values({ team_id: team.teamId, sha256, size: Buffer.byteLength(text), stored_at: new Date().toISOString() })
      .onConflictDoNothing();
  }
  return manifest;
}

async function storeInput({ storage, team }: Place, input: PreviewInput | AiInput): Promise<string> {
  const body = JSON.stringify(input);
  const key = objectKeys.input(team.teamId, sha256Hex(body));
  await storage.put(key, body, "application/json");
  return key;
}

/** Stores the files and the input as a publish does, and makes the preview's row. */
export async function publish(place: Place, files: Readonly<Record<string, string>>): Promise<string> {
  const input: PreviewInput = {
    builder_version: BUILDER_VERSION,
    files: await storeFiles(place, files),
    options: { platform: "web" },
  };
  return insertPreview(place.db, place.team, { input_key: await storeInput(place, input) });
}

/** What a test asks of an AI job. */
export interface AiOrder extends Pick<AiInput, "job_type" | "options"> {
  context: Readonly<Record<string, string>>;
}

/** Stores the files and the input as a submitted AI job has them, and makes its row. */
export async function submitAi(
  place: Place,
  files: Readonly<Record<string, string>>,
  order: Partial<AiOrder> = {},
): Promise<string> {
  const { job_type = "document", options = { replace: false }, context = {} } = order;
  const input: AiInput = {
    job_type,
    selection: await storeFiles(place, files),
    context: await storeFiles(place, context),
    options,
  };
  const id = newId();
  const { projectId: project_id, userId: requested_by } = place.team;
  const input_key = await storeInput(place, input);
  await place.db
    .insert(aiJobs)
    .values({ id, project_id, requested_by, job_type, queue: "ai-cpu", priority: 8, input_key });
  return id;
}
