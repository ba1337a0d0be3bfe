import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { expect, test } from "vitest";
import { expectWhole } from "#testing/expect-whole.ts";
import { createRepoBench } from "#testing/repo-bench.ts";

const count = 10_000;
/** Sizes like those of source files: some text, and nothing that two of them share. */
const textOf = (index: number): string =>
  `export const value${index} = ${JSON.stringify(sha256Hex(String(index)))};\n`.repeat(8);

test("of 10,000 files one that has changed is all that is fetched, read, uploaded and bundled", async () => {
  await using repos = await createRepoBench();
  await using worker = await repos.startWorker();
  const { server, bench } = repos;
  const team = await repos.newTeam();
  const repository = await server.create("large.git");
  const pathOf = (index: number): string => `src/part${index % 100}/file${index}.ts`;
  const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [pathOf(index), textOf(index)]));
  await repository.commit({ files });
  const name = "large.git";

  server.forget();
  const firstWrites = await repos.countWrites(async () => {
    const first = await repos.sync({ team, name });
    expect(first.manifest?.files).toHaveLength(count);
  });
  // Every file, manifest, mirror, log.
  expect(firstWrites).toBe(count + 3);
  const firstBytes = server.seen.bytesSent;

  const changed = "export const changed = true;\n";
  await repository.commit({ files: { [pathOf(4_711)]: changed } });
  server.forget();
  const writes = await repos.countWrites(async () => {
    const second = await repos.sync({ team, name });
    expect(second.log).toContain("of which 1 contents were uploaded");
    expect(second.metrics?.bundle?.bytes).toBeLessThan(20_000);
    expect(second.manifest?.files.find(({ path }) => path === pathOf(4_711))?.sha256).toBe(sha256Hex(changed));
    await expectWhole(repos, { team, repository }, second);
  });
  // One file, manifest, bundle, log.
  expect(writes).toBe(4);
  expect(await bench.storage.head(objectKeys.blob(team.teamId, sha256Hex(changed)))).toMatchObject({
    size: changed.length,
  });
  expect(server.seen.bytesSent).toBeLessThan(Math.min(20_000, firstBytes / 10));
  expect(worker.deps.repos.mirrors.usedBytes()).toBeGreaterThan(0);
}, 120_000);
