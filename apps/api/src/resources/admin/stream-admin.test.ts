import { defaultScaling } from "@hivesync/contracts/scaling";
import type { AdminEvent } from "@hivesync/contracts/operator";
import type { AppRouter } from "@hivesync/contracts/router-type";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { createTRPCClient, httpSubscriptionLink } from "@trpc/client";
import { EventSource } from "eventsource";
import { afterAll, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { beat } from "#testing/beat.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { openStream, type OpenedStream } from "#testing/open-stream.ts";
import { startTestApi, type TestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const keeper = await registerAdmin();

async function registerAdmin(): Promise<TestUser> {
  const user = await api.register("site");
  await setTier(api, user, "Admin");
  return user;
}

const open = (user: TestUser, at = origin) =>
  openStream<AdminEvent>(`${at}/api/v1/admin/stream`, { token: user.token });

type Part<Type extends AdminEvent["type"]> = Extract<AdminEvent, { type: Type }>;

/** The newest event of a type, once it holds this. */
async function newest<Type extends AdminEvent["type"]>(
  stream: OpenedStream<AdminEvent>,
  type: Type,
  holds: (event: Part<Type>) => boolean,
): Promise<Part<Type>> {
  const read = (): Part<Type> | undefined =>
    stream.data().findLast((event): event is Part<Type> => event.type === type);
  const found = await waitUntil(read, (event) => event !== undefined && holds(event));
  if (!found) throw new Error("it was there a moment ago");
  return found;
}

const nobodyListens = (of: TestApi) =>
  waitUntil(
    () => [of.deps.openStreams.count(), of.deps.siteWatch.listeners()],
    (counts) => counts.every((count) => count === 0),
  );

describe("200", () => {
  test("begins with one of each, as their endpoints tell them, and without ids: there is nothing to go on from", async () => {
    await using stream = await open(keeper);
    const first = (await stream.waitFor(3)).slice(0, 3);
    expect(first.map(({ type }) => type)).toEqual(["queues", "workers", "health"]);
    const told = async (path: string) =>
      ((await api.call(`GET ${path}`, { token: keeper.token })).body.data as { items: unknown }).items;
    expect(first[0]).toEqual({ type: "queues", queues: await told("/admin/queues") });
    expect(first[1]).toEqual({ type: "workers", workers: await told("/admin/workers") });
    expect(first[2]).toMatchObject({ health: { database: "up", redis: "up", storage: "up" } });
    expect(stream.events.map(({ id }) => id)).toEqual([undefined, undefined, undefined]);
  });

  test("then tells what has changed, and of nothing else", async () => {
    await using stream = await open(keeper);
    await stream.waitFor(3);
    const rule = { ...defaultScaling["ai-cpu"], paused: true };
    await api.call("POST /admin/scaling", { token: keeper.token, body: rule });
    const { queues } = await newest(stream, "queues", (event) => event.queues.some(({ paused }) => paused));
    expect(queues.filter(({ paused }) => paused).map(({ queue }) => queue)).toEqual(["ai-cpu"]);
    await beat(api, "gpu");
    const { workers } = await newest(stream, "workers", (event) => event.workers.length > 0);
    expect(workers).toMatchObject([{ kind: "gpu", host: "test" }]);
    const { health } = await newest(stream, "health", (event) => event.health.workers.gpu === 1);
    expect(health.database).toBe("up");
    const texts = stream.data().map((event) => JSON.stringify(event));
    expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
  });

  test("however many listen one reads for all, and nobody when the last has gone", async () => {
    const streams = await Promise.all([open(keeper), open(keeper), open(keeper)]);
    for (const stream of streams) await stream.waitFor(3);
    expect(api.deps.siteWatch.listeners()).toBe(3);
    await api.call("POST /admin/scaling", {
      token: keeper.token,
      body: { ...defaultScaling["repo-sync"], paused: true },
    });
    for (const stream of streams)
      await newest(stream, "queues", (event) => event.queues.some((row) => row.queue === "repo-sync" && row.paused));
    for (const stream of streams) stream.close();
    await nobodyListens(api);
  });

  test("while Redis is away it says so, and leaves out what nobody can tell", async () => {
    await using alone = await startTestApi({ HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
    await using stream = await open(keeper, await alone.listen());
    const [first] = await stream.waitFor(1);
    expect(first).toMatchObject({ type: "health", health: { status: "down", redis: "down", database: "up" } });
  });

  test("the same comes over tRPC", async () => {
    const client = createTRPCClient<AppRouter>({
      links: [
        httpSubscriptionLink({
          url: `${origin}/trpc`,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input: string | URL, init: RequestInit) => {
              const headers = new Headers(init.headers);
              headers.set("authorization", `Bearer ${keeper.token}`);
              return fetch(input, { ...init, headers });
            },
          }),
        }),
      ],
    });
    const types: unknown[] = [];
    const subscription = client.admin.stream.subscribe(undefined, {
      onData: (event: unknown) => void types.push((event as AdminEvent).type),
    });
    await waitUntil(
      () => types,
      (found) => found.length >= 3,
    );
    subscription.unsubscribe();
    expect(types.slice(0, 3)).toEqual(["queues", "workers", "health"]);
    await nobodyListens(api);
  });
});

describe("the end", () => {
  test.each([
    ["who is no Admin any more", "UPDATE users SET tier = 'Premium' WHERE id = ", "FORBIDDEN"],
    ["who was disabled", "UPDATE users SET disabled_at = now() WHERE id = ", "AUTH_INVALID"],
    ["whose session has ended", "UPDATE sessions SET revoked_at = now() WHERE user_id = ", "AUTH_INVALID"],
  ])("whoever %s is cut off at the next look, and told why", async (_, statement, code) => {
    const leaving = await registerAdmin();
    await using stream = await open(leaving);
    await using staying = await open(keeper);
    await Promise.all([stream.waitFor(3), staying.waitFor(3)]);
    await api.sql.unsafe(`${statement}'${leaving.id}'`);
    await api.deps.openStreams.recheckOnce();
    await waitUntil(stream.hasEnded, (ended) => ended);
    const last = stream.events.at(-1);
    expect(last?.event).toBe("stream_error");
    expect(JSON.parse(last?.data ?? "")).toMatchObject({ code });
    expect(staying.hasEnded()).toBe(false);
    expect(api.deps.openStreams.count()).toBe(1);
  });
});

describe("401", () => {
  test("nobody who is not signed in", async () => {
    expectError(await api.call("GET /admin/stream"), "AUTH_INVALID");
  });
});

describe("403", () => {
  test("only the site's admins", async () => {
    const user = await api.register(`u${newId().slice(-6)}`);
    await expectRefusal(api, "GET /admin/stream", { token: user.token, code: "FORBIDDEN" });
  });
});
