import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { Database } from "@hivesync/db/client";
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

/** Stores the files and the input as a publish does, and makes the preview's row. */
export async function publish(
  place: { db: Database; storage: Storage; team: Team },
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const { db, storage, team } = place;
  const manifest = Object.entries(files).map(([path, text]) => ({
    path,
    sha256: sha256Hex(text),
    size: Buffer.byteLength(text),
    text,
  }));
  for (const { sha256, size, text } of manifest) {
    await storage.put(objectKeys.blob(team.teamId, sha256), text, "application/octet-stream");
    await db
      .insert(blobs)
      .values({ team_id: team.teamId, sha256, size, stored_at: new Date().toISOString() })
      .onConflictDoNothing();
  }
  const input: PreviewInput = {
    builder_version: BUILDER_VERSION,
    files: manifest.map(({ path, sha256, size }) => ({ path, sha256, size })),
    options: { platform: "web" },
  };
  const body = JSON.stringify(input);
  const input_key = objectKeys.input(team.teamId, sha256Hex(body));
  await storage.put(input_key, body, "application/json");
  return insertPreview(db, team, { input_key });
}
