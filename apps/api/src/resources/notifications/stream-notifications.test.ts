import type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
import type { AppRouter } from "@hivesync/contracts/router-type";
import { openStreams } from "@hivesync/contracts/tiers";
import { waitUntil } from "@hivesync/testing/wait-until";
import { createTRPCClient, httpSubscriptionLink } from "@trpc/client";
import { EventSource } from "eventsource";
import { afterAll, describe, expect, test } from "vitest";
import { notify } from "#events/notify.ts";
import { completeAi, submitAi } from "#testing/ai-jobs.ts";
import { createProject } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { openStream } from "#testing/open-stream.ts";
import { claim, complete, publish } from "#testing/publish.ts";
import { startTestApi, type TestApi, type TestUser } from "#testing/start-test-api.ts";

// Two processes on one database and one Redis: what happens on one must reach streams of the other.
const here = await startTestApi();
const there = await startTestApi({}, here.stack);
afterAll(async () => {
  await there[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});
const origins = { here: await here.listen(), there: await there.listen() };

const open = (user: TestUser, options: { at?: string; lastEventId?: string } = {}) =>
  openStream<NotificationEvent>(`${options.at ?? origins.here}/api/v1/notifications/stream`, {
    token: user.token,
    ...(options.lastEventId === undefined ? {} : { lastEventId: options.lastEventId }),
  });

async function tell(api: TestApi, user: TestUser, number: number): Promise<void> {
  await api.deps.transact((transaction) =>
    notify(transaction, { user_id: user.id, type: "preview_ready", data: { number } }),
  );
}

const numbersIn = (events: readonly NotificationEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === "notification" ? [event.notification.data["number"]] : []));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("200", () => {
  test("begins with how many are unread, and a place to go on from", async () => {
    const user = await here.register();
    await tell(here, user, 1);
    await using stream = await open(user);
    expect(await stream.waitFor(1)).toEqual([{ type: "ready", unread_count: 1 }]);
    expect(stream.events[0]?.id).toBe("1");
  });

  test("a notification made by one process reaches a stream at another, as the list has it", async () => {
    const user = await here.register();
    await using stream = await open(user, { at: origins.there });
    await stream.waitFor(1);
    await tell(here, user, 7);
    const event = await stream.waitForData(({ type }) => type === "notification");
    const listed = await here.call("GET /notifications", { token: user.token });
    expect(event).toEqual({ type: "notification", notification: (listed.body.data as { items: unknown[] }).items[0] });
  });

  test("nobody else's come", async () => {
    const [user, other] = await Promise.all([here.register(), here.register()]);
    await using stream = await open(user);
    await stream.waitFor(1);
    await tell(here, other, 1);
    await tell(here, user, 2);
    await stream.waitFor(2);
    expect(numbersIn(stream.data())).toEqual([2]);
  });

  test("what came while nobody listened is sent after Last-Event-ID, in order and once, also when it is a lot", async () => {
    const user = await here.register();
    const first = await open(user);
    await first.waitFor(1);
    await tell(here, user, 1);
    await first.waitFor(2);
    const lastEventId = first.lastEventId();
    first.close();
    for (const number of upTo(250).slice(1)) await tell(number % 2 === 0 ? here : there, user, number);
    await using second = await open(user, { at: origins.there, lastEventId });
    await second.waitFor(250);
    expect(numbersIn(second.data())).toEqual(upTo(250).slice(1));
  });

  test("streams that are cut again and again while two processes notify miss nothing and repeat nothing", async () => {
    const user = await here.register();
    const count = 120;
    const seen: unknown[] = [];
    let lastEventId = "0";
    const telling = Promise.all([
      (async () => {
        for (const number of upTo(count)) await tell(here, user, number);
      })(),
      (async () => {
        for (const number of upTo(count)) await tell(there, user, number + 1_000);
      })(),
    ]);
    for (let round = 0; seen.length < 2 * count; round += 1) {
      const stream = await open(user, { at: round % 2 === 0 ? origins.here : origins.there, lastEventId });
      await stream.waitFor(Math.min(2 + (round % 7), 2 * count - seen.length + 1));
      stream.close();
      seen.push(...numbersIn(stream.data()));
      lastEventId = stream.lastEventId();
    }
    await telling;
    expect(seen).toHaveLength(2 * count);
    expect(new Set(seen).size).toBe(2 * count);
    expect(seen.filter((number) => Number(number) < 1_000)).toEqual(upTo(count));
  });

  test("an id from the future, as of another database, goes on from now", async () => {
    const user = await here.register();
    await using stream = await open(user, { lastEventId: "999999" });
    await stream.waitFor(1);
    await tell(here, user, 1);
    await stream.waitFor(2);
    expect(numbersIn(stream.data())).toEqual([1]);
  });

  test("a message that was lost on its way is found when the stream looks again", async () => {
    const user = await here.register();
    await using stream = await open(user);
    await stream.waitFor(1);
    // As when Redis was away at the commit: the row is there and nobody was told.
    await here.deps.db.transaction((transaction) =>
      notify(Object.assign(transaction, { announce: () => undefined, measure: () => undefined }), {
        user_id: user.id,
        type: "preview_ready",
        data: { number: 1 },
      }),
    );
    for (let round = 0; round < 6; round += 1) await here.deps.openStreams.recheckOnce();
    await stream.waitFor(2);
    expect(numbersIn(stream.data())).toEqual([1]);
  });

  test("the progress of the user's own job comes along, without an id, and its end as a notification", async () => {
    const user = await here.register();
    const project = await createProject(here, user);
    await using stream = await open(user);
    await stream.waitFor(1);
    const { job_id } = await publish(here, { token: user.token, projectId: project.id }, { "a.html": "x" });
    const state = { job_id, project_id: project.id, status: "RUNNING" as const };
    const progress = { phase: "building" as const, ratio: 0.5 };
    here.deps.events.publish([
      { topic: "user", key: user.id, message: { type: "progress", kind: "preview", ...state, progress } },
    ]);
    expect(await stream.waitForData(({ type }) => type === "progress")).toEqual({
      type: "progress",
      kind: "preview",
      ...state,
      progress,
    });
    expect(stream.events.at(-1)?.id).toBeUndefined();
    await complete(here, { teamId: project.team_id, jobId: job_id });
    const end = await stream.waitForData(({ type }) => type === "notification");
    expect(end).toMatchObject({ notification: { type: "preview_ready", data: { job_id } } });
    expect(await claim(here, job_id)).toBe(0);
  });

  test("so does that of an AI job, whose end is told there too", async () => {
    const user = await here.register();
    const project = await createProject(here, user);
    await using stream = await open(user);
    await stream.waitFor(1);
    const { job_id } = await submitAi(here, { token: user.token, projectId: project.id }, { "a.ts": "x" });
    const state = { type: "progress" as const, kind: "ai" as const, job_id, project_id: project.id };
    const running = { ...state, status: "RUNNING" as const, progress: { phase: "writing" as const, ratio: 0.5 } };
    here.deps.events.publish([{ topic: "user", key: user.id, message: running }]);
    expect(await stream.waitForData(({ type }) => type === "progress")).toEqual(running);
    await completeAi(here, { teamId: project.team_id, jobId: job_id });
    const end = await stream.waitForData((data) => data.type === "progress" && data.status === "COMPLETED");
    expect(end).toEqual({ ...state, status: "COMPLETED", progress: null });
    const notice = await stream.waitForData(({ type }) => type === "notification");
    expect(notice).toMatchObject({ notification: { type: "ai_ready", data: { job_id } } });
  });

  test("every answer of a stream is kept from caches and from proxies that gather", async () => {
    await using stream = await open(await here.register());
    expect(stream.response.headers.get("cache-control")).toBe("no-store");
    expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
    expect(stream.response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the end", () => {
  test("a session that ends anywhere ends its streams everywhere, with a reason", async () => {
    const user = await here.register();
    await using stream = await open(user, { at: origins.there });
    await stream.waitFor(1);
    await here.call("POST /auth/logout", { token: user.token, body: {} });
    await there.deps.openStreams.recheckOnce();
    await waitUntil(stream.hasEnded, (ended) => ended);
    const last = stream.events.at(-1);
    expect(last?.event).toBe("stream_error");
    expect(JSON.parse(last?.data ?? "")).toMatchObject({ code: "AUTH_INVALID" });
    expect(there.deps.openStreams.count()).toBe(0);
  });

  test("a client that goes leaves nothing behind", async () => {
    const user = await here.register();
    const stream = await open(user);
    await stream.waitFor(1);
    expect(here.deps.openStreams.count()).toBe(1);
    stream.close();
    await waitUntil(
      () => here.deps.openStreams.count(),
      (count) => count === 0,
    );
  });
});

describe("429", () => {
  test("one user has so many streams at once and no more; one that is closed makes room", async () => {
    const user = await here.register();
    const streams = await Promise.all(upTo(openStreams.perUser).map(() => open(user)));
    const refused = await here.call("GET /notifications/stream", { token: user.token });
    expectError(refused, "RATE_LIMITED");
    const other = await open(await here.register());
    streams[0]?.close();
    await waitUntil(
      () => here.deps.openStreams.count(),
      (count) => count === openStreams.perUser,
    );
    const again = await open(user);
    for (const stream of [...streams, other, again]) stream.close();
  });
});

describe("400", () => {
  test.each(["x", "-1", "1.5", "1e3", "9".repeat(16)])("Last-Event-ID: %s is refused in the envelope", async (id) => {
    const user = await here.register();
    const answer = await here.call("GET /notifications/stream", {
      token: user.token,
      headers: { "last-event-id": id },
    });
    expectError(answer, "VALIDATION_ERROR");
  });
});

describe("over tRPC", () => {
  const subscribe = (user: TestUser, origin: string) => {
    const client = createTRPCClient<AppRouter>({
      links: [
        httpSubscriptionLink({
          url: `${origin}/trpc`,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input: string | URL, init: RequestInit) => {
              const headers = new Headers(init.headers);
              headers.set("authorization", `Bearer ${user.token}`);
              return fetch(input, { ...init, headers });
            },
          }),
        }),
      ],
    });
    const events: { id: string; data: NotificationEvent }[] = [];
    const errors: unknown[] = [];
    const subscription = client.notifications.stream.subscribe(undefined, {
      onData: (event) => void events.push(event),
      onError: (error) => void errors.push(error),
    });
    return { events, errors, unsubscribe: () => subscription.unsubscribe() };
  };

  test("the same events come, with the same ids", async () => {
    const user = await here.register();
    const stream = subscribe(user, origins.there);
    await waitUntil(
      () => stream.events,
      (events) => events.length === 1,
    );
    await tell(here, user, 5);
    await waitUntil(
      () => stream.events,
      (events) => events.length === 2,
    );
    stream.unsubscribe();
    expect(stream.events[1]).toMatchObject({ id: "1", data: { type: "notification" } });
    expect(numbersIn(stream.events.map(({ data }) => data))).toEqual([5]);
    await waitUntil(
      () => there.deps.openStreams.count(),
      (count) => count === 0,
    );
  });

  test("whoever is not signed in is told so", async () => {
    const stream = subscribe({ ...(await here.register()), token: "nonsense" }, origins.here);
    await waitUntil(
      () => stream.errors,
      (errors) => errors.length > 0,
    );
    stream.unsubscribe();
    expect(stream.errors[0]).toMatchObject({ data: { code: "AUTH_INVALID" } });
  });

  test("a token in the address is refused", async () => {
    const { token } = await here.register();
    const parameters = encodeURIComponent(JSON.stringify({ authorization: `Bearer ${token}` }));
    const answer = await fetch(`${origins.here}/trpc/notifications.stream?connectionParams=${parameters}`);
    expect(await answer.text()).toContain("VALIDATION_ERROR");
  });
});
