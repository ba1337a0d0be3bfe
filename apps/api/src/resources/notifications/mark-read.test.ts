import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { notifyTimes, readUnread } from "#testing/notifications.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const markRead = (id: string, token: string) => api.call(`POST /notifications/${id}/read`, { token, body: {} });

describe("200", () => {
  test("marks one as read, and one fewer is unread", async () => {
    const user = await api.register();
    const [first] = await notifyTimes(api, user, 3);
    const answer = await markRead(first ?? "", user.token);
    expect(answer.body.data).toMatchObject({ id: first, read_at: expect.stringMatching(/Z$/) as string });
    expect(await readUnread(api, user)).toEqual({ count: 2, listed: 2 });
  });

  test("again it stays as it is, and counts once, also when both come at once", async () => {
    const user = await api.register();
    const [first = ""] = await notifyTimes(api, user, 2);
    const answers = await Promise.all([1, 2, 3, 4].map(() => markRead(first, user.token)));
    const times = answers.map(({ body }) => (body.data as { read_at: string }).read_at);
    expect(new Set(times).size).toBe(1);
    expect(await readUnread(api, user)).toEqual({ count: 1, listed: 1 });
  });
});

describe("404", () => {
  test("another user's notification looks like one that is not there", async () => {
    const [user, other] = await Promise.all([api.register(), api.register()]);
    const [first = ""] = await notifyTimes(api, user, 1);
    for (const id of [first, newId()])
      await expectRefusal(api, `POST /notifications/${id}/read`, { token: other.token, body: {}, code: "NOT_FOUND" });
  });
});
