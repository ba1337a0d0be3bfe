import { afterAll, describe, expect, test } from "vitest";
import { notifyTimes, readUnread } from "#testing/notifications.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const markAll = (token: string) => api.call("POST /notifications/read_all", { token, body: {} });

describe("200", () => {
  test("marks all of one's own and nobody else's, and says how many", async () => {
    const [user, other] = await Promise.all([api.register(), api.register()]);
    await Promise.all([notifyTimes(api, user, 3), notifyTimes(api, other, 2)]);
    expect((await markAll(user.token)).body.data).toEqual({ marked: 3 });
    expect((await markAll(user.token)).body.data).toEqual({ marked: 0 });
    expect(await readUnread(api, user)).toEqual({ count: 0, listed: 0 });
    expect(await readUnread(api, other)).toEqual({ count: 2, listed: 2 });
  });

  test("nothing to mark is no mistake", async () => {
    const user = await api.register();
    expect((await markAll(user.token)).body.data).toEqual({ marked: 0 });
  });

  test("what comes, is read and is all read at once is counted right in the end", async () => {
    const user = await api.register();
    const first = await notifyTimes(api, user, 5);
    await Promise.all([
      notifyTimes(api, user, 10),
      markAll(user.token),
      ...first.map((id) => api.call(`POST /notifications/${id}/read`, { token: user.token, body: {} })),
      markAll(user.token),
    ]);
    const { count, listed } = await readUnread(api, user);
    expect(count).toBe(listed);
  });
});
