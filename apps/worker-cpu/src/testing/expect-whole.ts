import type { ServedRepository } from "@hivesync/git-mirror/testing/served-repository";
import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { Team } from "@hivesync/worker/testing/publish";
import { expect } from "vitest";
import type { EndedSync } from "./end-sync.ts";
import type { RepoBench } from "./repo-bench.ts";

/** The files of a commit, by git's own word. */
async function filesOf(repository: ServedRepository, commit: string): Promise<Map<string, string>> {
  const listed = await repository.git(["ls-tree", "-r", "-z", commit]);
  const entries = listed.split("\0").filter((entry) => entry.startsWith("100"));
  return new Map(
    entries.map((entry) => {
      const [about = "", path = ""] = entry.split("\t");
      return [path, about.split(" ")[2] ?? ""];
    }),
  );
}

/** Checks that a sync's manifest is of one commit, which its ref named, and that storage holds every file of it. */
export async function expectWhole(
  { bench }: Pick<RepoBench, "bench">,
  { team, repository }: { team: Team; repository: ServedRepository },
  { body, manifest }: Pick<EndedSync, "body" | "manifest">,
): Promise<void> {
  expect(body.status).toBe("SUCCESS");
  if (!manifest) throw new Error("the sync has no manifest");
  expect(manifest.refs[manifest.head_ref] ?? manifest.head).toBe(manifest.head);
  const named = new Map(manifest.files.map(({ path, oid }) => [path, oid]));
  expect(named).toEqual(await filesOf(repository, manifest.head));
  for (const { sha256, size } of manifest.files) {
    const bytes = await bench.storage.get(objectKeys.blob(team.teamId, sha256));
    expect({ sha256: bytes && sha256Hex(bytes), size: bytes?.length }).toEqual({ sha256, size });
  }
}
