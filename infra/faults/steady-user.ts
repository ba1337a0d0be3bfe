import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createHiveSync, createMemorySource, type HiveSync } from "@hivesync/sdk";
import { waitUntil } from "@hivesync/testing/wait-until";
import { describeError } from "./describe-error.ts";

/** Someone who goes on using the API by the SDK, and writes down what was answered. */
export interface SteadyUser {
  username: string;
  /** The names of projects that were made. */
  projects: string[];
  /** Jobs that were reported as done. */
  previews: string[];
  documented: number;
  /** Ids of the notifications that came over the one stream. */
  notified: string[];
  /** What anybody but the user had to deal with. */
  failures: string[];
  /** Makes the last calls and ends the stream once `isTold` says that all has come. */
  finish: (isTold: () => Promise<boolean>) => Promise<void>;
}

// A person's pace: 600 calls a minute are all that a user may make.
const thinkMs = 250;

/** Repeats what a user does until told to stop; each turn is finished. */
async function repeat(stopping: AbortSignal, turn: (count: number) => Promise<void>): Promise<void> {
  for (let count = 0; !stopping.aborted; count += 1) {
    await turn(count);
    await delay(thinkMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function register(baseUrl: string): Promise<{ hive: HiveSync; username: string }> {
  const username = `user_${randomBytes(5).toString("hex")}`;
  const hive = createHiveSync({ baseUrl });
  await hive.auth.register({ email: `${username}@example.com`, username, password: randomBytes(12).toString("hex") });
  return { hive, username };
}

type Notes = Omit<SteadyUser, "finish">;

/** What is done again and again, as three kinds of callers would. */
function turnsOf(hive: HiveSync, projectId: string, user: Notes): ((count: number) => Promise<void>)[] {
  return [
    async (count) => {
      const name = `project ${count}`;
      const { id } = await hive.api.projects.create.mutate({ name });
      user.projects.push(name);
      const found = await hive.api.projects.get.query({ id });
      if (found.name !== name) throw new Error(`${name} came back as ${found.name}`);
    },
    async (count) => {
      const files = createMemorySource({ "index.html": `<h1>${user.username} ${count}</h1>` });
      const { job_id, status } = await hive.previews.publishFiles({ project_id: projectId, files });
      if (status !== "COMPLETED") throw new Error(`a preview is ${status}`);
      user.previews.push(job_id);
    },
    async (count) => {
      const text = `export const sum${count} = (a: number, b: number): number => a + b; // ${user.username}\n`;
      const selection = [{ path: "sum.ts" }];
      await hive.docs.write({ project_id: projectId, job_type: "document", selection, files: { "sum.ts": text } });
      user.documented += 1;
    },
  ];
}

/** Notes each notification of the user. Resolves when the stream is open: from then on nothing may be missed. */
async function startListening(hive: HiveSync, user: Notes, signal: AbortSignal): Promise<{ ended: Promise<void> }> {
  const ready = Promise.withResolvers<void>();
  const listen = async (): Promise<void> => {
    for await (const event of hive.events({ signal })) {
      if (event.type === "ready") ready.resolve();
      if (event.type === "notification") user.notified.push(event.notification.id);
    }
  };
  const ended = listen().catch((error: unknown) => {
    ready.reject(error);
    if (!signal.aborted) user.failures.push(describeError(error));
  });
  await ready.promise;
  return { ended };
}

/**
 * Registers a user who makes projects, previews and documentation, and listens, all at once.
 *
 * @param onRegistered - Told the name before the first call that depends on who it is.
 */
export async function startSteadyUser(
  baseUrl: string,
  onRegistered: (username: string) => Promise<void>,
): Promise<SteadyUser> {
  const { hive, username } = await register(baseUrl);
  await onRegistered(username);
  const { id: projectId } = await hive.api.projects.create.mutate({ name: "load" });
  const user: Notes = { username, projects: ["load"], previews: [], documented: 0, notified: [], failures: [] };
  const stopping = new AbortController();
  const listening = new AbortController();
  const heard = await startListening(hive, user, listening.signal);
  const work = turnsOf(hive, projectId, user).map((turn) =>
    repeat(stopping.signal, turn).catch((error: unknown) => void user.failures.push(describeError(error))),
  );
  return Object.assign(user, {
    finish: async (isTold: () => Promise<boolean>) => {
      stopping.abort();
      await Promise.all(work);
      // What does not come in that time is missed.
      await waitUntil(isTold, Boolean).catch(() => undefined);
      listening.abort();
      await heard.ended;
    },
  });
}
