import { tiers, type Tier, type TierLimits } from "@hivesync/contracts/tiers";
import type { ManifestFile } from "@hivesync/contracts/paths";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { askForAi, submitAi } from "#testing/ai-jobs.ts";
import { addMember, createProject, setTier } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { publish } from "#testing/publish.ts";
import { startTestApi, type Answer, type TestUser } from "#testing/start-test-api.ts";
import { endJob } from "#testing/waiting-jobs.ts";

/** Small numbers, of which no two tiers share one, so that a test runs into each and sees whose it is. */
function smallLimits(place: number) {
  return {
    previewsPerMinute: 6 + place,
    previewsAtOnce: 1 + place,
    aiJobsPerMinute: 2 + place,
    aiJobsAtOnce: 2 + place,
    maxFiles: 3 + place,
    maxBytes: 100 + place,
    storageBytes: 250 + place,
    previewLifetimeSeconds: 600 + place,
    priority: 10 + place,
    queue: "cpu",
  } satisfies Partial<TierLimits>;
}
const table = Object.fromEntries(tiers.map((tier, place) => [tier, smallLimits(place)])) as Record<
  Tier,
  ReturnType<typeof smallLimits>
>;

const api = await startTestApi({ HIVESYNC_TIERS: JSON.stringify(table) });
afterAll(() => api[Symbol.asyncDispose]());

interface Requester {
  user: TestUser;
  projectId: string;
  teamId: string;
}

async function requesterOf(tier: Tier): Promise<Requester> {
  const user = await api.register();
  await setTier(api, user, tier);
  const { id, team_id: teamId } = await createProject(api, user);
  return { user, projectId: id, teamId };
}

/** Files that nobody has stored, of these sizes. */
function newFiles(sizes: readonly number[]): ManifestFile[] {
  return sizes.map((size, index) => ({ path: `${index}.html`, sha256: sha256Hex(newId()), size }));
}

function ask({ user, projectId }: Requester, files: readonly ManifestFile[]): Promise<Answer> {
  return api.call("POST /preview/request", { token: user.token, body: { project_id: projectId, files } });
}

/** A manifest within every quota is answered with what to upload. */
async function expectWithinQuota(by: Requester, sizes: readonly number[]): Promise<void> {
  expectError(await ask(by, newFiles(sizes)), "FILES_MISSING");
}

async function expectBeyondQuota(by: Requester, sizes: readonly number[], details: object): Promise<void> {
  const answer = await ask(by, newFiles(sizes));
  expectError(answer, "QUOTA_EXCEEDED");
  expect(answer.body.error?.details).toEqual(details);
}

async function dispatchedOf({ user }: Requester): Promise<string[]> {
  await api.deps.dispatcher.dispatchOnce();
  const rows = await api.sql<{ id: string }[]>`
    SELECT id FROM preview_sessions WHERE requested_by = ${user.id} AND dispatched_at IS NOT NULL AND status = 'QUEUED'`;
  return rows.map(({ id }) => id);
}

describe.each(tiers)("%s", (tier) => {
  const limits = table[tier];

  test("previews per minute: so many are accepted, the next is RATE_LIMITED, and the number is told", async () => {
    const by = await requesterOf(tier);
    const page = { "index.html": newId() };
    for (let count = 0; count < limits.previewsPerMinute; count += 1)
      await publish(api, { token: by.user.token, projectId: by.projectId }, page);
    const refused = await ask(by, [
      { path: "index.html", sha256: sha256Hex(page["index.html"]), size: page["index.html"].length },
    ]);
    expectError(refused, "RATE_LIMITED");
    expect(refused.headers["ratelimit-limit"]).toBe(String(limits.previewsPerMinute));
  });

  test("running at once: more are accepted and wait; as one ends, the next goes on", async () => {
    const by = await requesterOf(tier);
    const page = { "index.html": newId() };
    const accepted = limits.previewsAtOnce + 2;
    for (let count = 0; count < accepted; count += 1)
      await publish(api, { token: by.user.token, projectId: by.projectId }, page);
    const running = await dispatchedOf(by);
    expect(running).toHaveLength(limits.previewsAtOnce);
    expect(await dispatchedOf(by)).toEqual(running);
    await endJob(api, running[0] ?? "");
    expect(await dispatchedOf(by)).toHaveLength(limits.previewsAtOnce);
  });

  test("AI jobs per minute: so many are accepted, the next is RATE_LIMITED, and the number is told", async () => {
    const by = await requesterOf(tier);
    const asking = { token: by.user.token, projectId: by.projectId };
    const files = { "a.ts": newId() };
    for (let count = 0; count < limits.aiJobsPerMinute; count += 1) await submitAi(api, asking, files);
    const refused = await askForAi(api, asking, files);
    expectError(refused, "RATE_LIMITED");
    expect(refused.headers["ratelimit-limit"]).toBe(String(limits.aiJobsPerMinute));
  });

  test("files: so many are taken, and not one more", async () => {
    const by = await requesterOf(tier);
    const sizes = (count: number) => Array.from({ length: count }, () => 1);
    await expectWithinQuota(by, sizes(limits.maxFiles));
    const requested = limits.maxFiles + 1;
    await expectBeyondQuota(by, sizes(requested), { quota: "files", limit: limits.maxFiles, requested });
  });

  test("bytes: so many are taken, and not one more", async () => {
    const by = await requesterOf(tier);
    await expectWithinQuota(by, [limits.maxBytes - 1, 1]);
    const requested = limits.maxBytes + 1;
    await expectBeyondQuota(by, [limits.maxBytes, 1], { quota: "bytes", limit: limits.maxBytes, requested });
  });

  test("storage: a team holds so much in all, by its Owner's tier, whoever asks", async () => {
    const owner = await requesterOf(tier);
    const member = await requesterOf(tier === "Free" ? "Admin" : "Free");
    await addMember(api, owner.teamId, { user: member.user, role: "Member" });
    const asMember = { ...owner, user: member.user };
    await expectWithinQuota(owner, [100]);
    await expectWithinQuota(asMember, [100]);
    const left = limits.storageBytes - 200;
    const details = { quota: "storage", limit: limits.storageBytes, requested: limits.storageBytes + 1 };
    await expectBeyondQuota(asMember, [left + 1], details);
    await expectBeyondQuota(owner, [left + 1], details);
    await expectWithinQuota(asMember, [left]);
    await expectBeyondQuota(owner, [1], details);
  });

  test("lifetime and priority are the tier's", async () => {
    const by = await requesterOf(tier);
    const { job_id: id } = await publish(
      api,
      { token: by.user.token, projectId: by.projectId },
      { "index.html": newId() },
    );
    const [row] = await api.sql`
      SELECT extract(epoch FROM expires_at - created_at)::int AS seconds, priority FROM preview_sessions WHERE id = ${id}`;
    expect(row).toEqual({ seconds: limits.previewLifetimeSeconds, priority: limits.priority });
  });
});

test("a change of tier holds from the next request on", async () => {
  const by = await requesterOf("Free");
  const sizes = Array.from({ length: table.Pro.maxFiles }, () => 1);
  const { maxFiles: limit } = table.Free;
  await expectBeyondQuota(by, sizes, { quota: "files", limit, requested: sizes.length });
  await setTier(api, by.user, "Pro");
  await expectWithinQuota(by, sizes);
});
