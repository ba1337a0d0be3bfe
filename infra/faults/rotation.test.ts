import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@hivesync/dev-services/free-port";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { startBalancer } from "./balancer.ts";
import { startMember, type Member } from "./cluster.ts";
import { callRest, registerRestUser, type RestUser } from "./rest-user.ts";

// Every secret of the operations guide is changed, with processes of the old and the new values side by side, and the old ones are given up.

const directory = await mkdtemp(path.join(tmpdir(), "hivesync-rotation-"));
const shared = await createTestStack();
const sql = postgres(shared.databaseUrls.superuser, { max: 1, onnotice: () => undefined });
const members: Member[] = [];
const newKey = (): string => randomBytes(32).toString("base64");
const login = `rotated_${randomBytes(4).toString("hex")}`;

const oldKeys = { accessKeyId: shared.storage.accessKeyId, secretAccessKey: shared.storage.secretAccessKey };
const newKeys = { accessKeyId: "second-key", secretAccessKey: newKey() };
const storeOptions = { directory, bucket: shared.storage.bucket };
let store = await startObjectStore({ ...storeOptions, port: 0, ...oldKeys, secondKey: newKeys });
const stack = { ...shared, storage: { ...shared.storage, endpoint: store.endpoint } };

const ports = [await freePort(), await freePort()];
const balancer = await startBalancer(ports);

afterAll(async () => {
  await Promise.all(members.map((member) => member.process().stop()));
  await balancer[Symbol.asyncDispose]();
  await store.stop();
  for (const role of ["api", "worker", "maintenance"]) await sql.unsafe(`DROP ROLE IF EXISTS ${login}_${role}`);
  await sql.end();
  await shared[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** The roles of our processes, signed in to by a second login as the guide says. */
async function addLogins(): Promise<Record<"api" | "worker" | "maintenance", string>> {
  const password = randomBytes(12).toString("hex");
  for (const role of ["api", "worker", "maintenance"])
    await sql.unsafe(`CREATE ROLE ${login}_${role} LOGIN PASSWORD '${password}' IN ROLE hivesync_${role}`);
  const urlOf = (role: "api" | "worker" | "maintenance"): string => {
    const url = new URL(stack.databaseUrls[role]);
    url.username = `${login}_${role}`;
    url.password = password;
    return url.href;
  };
  return { api: urlOf("api"), worker: urlOf("worker"), maintenance: urlOf("maintenance") };
}

interface Values {
  masterKey: string;
  workerSecrets: string;
  repoKey: string;
  storage: typeof oldKeys;
  databaseUrls: Record<"api" | "worker" | "maintenance", string>;
}

function variablesOf(values: Values): Record<string, string> {
  return {
    HIVESYNC_WORKER_SECRETS: values.workerSecrets,
    HIVESYNC_REPO_KEY: values.repoKey,
    HIVESYNC_S3_ACCESS_KEY_ID: values.storage.accessKeyId,
    HIVESYNC_S3_SECRET_ACCESS_KEY: values.storage.secretAccessKey,
  };
}

async function startApi(index: number, values: Values): Promise<Member> {
  const api = await startMember(`api-${index}`, "api", {
    ...stackEnvironment(stack, "api"),
    ...variablesOf(values),
    HIVESYNC_DATABASE_URL: values.databaseUrls.api,
    HIVESYNC_MASTER_KEY: values.masterKey,
    HIVESYNC_API_PORT: String(ports[index]),
    HIVESYNC_PUBLIC_URL: balancer.url,
    HIVESYNC_UNLIMITED_LOOPBACK: "true",
  });
  members.push(api);
  return api;
}

async function startWorker(name: string, values: Values): Promise<Member> {
  const worker = await startMember(name, "worker-cpu", {
    ...stackEnvironment(stack, "worker"),
    ...variablesOf(values),
    HIVESYNC_DATABASE_URL: values.databaseUrls.worker,
    HIVESYNC_MAINTENANCE_DATABASE_URL: values.databaseUrls.maintenance,
    HIVESYNC_API_URL: balancer.url,
    HIVESYNC_WORKER_DATA_DIRECTORY: path.join(directory, name),
    HIVESYNC_WORKER_RUNTIMES_DIRECTORY: path.join(directory, "runtimes"),
  });
  members.push(worker);
  return worker;
}

async function buildsPreview(user: RestUser, text: string): Promise<void> {
  const jobId = await user.requestPreview({ "index.html": `<h1>${text}</h1>` });
  const { data } = await waitUntil(
    () => user.call(`GET /preview/${jobId}`),
    (answer) => ["COMPLETED", "FAILED"].includes(String(answer.data["status"])),
  );
  expect(data["status"]).toBe("COMPLETED");
  expect(await (await fetch(String(data["bundle_url"]))).text()).toContain(text);
}

const end = async (...ended: Member[]): Promise<void> => {
  await Promise.all(ended.map((member) => member.process().stop()));
};

const isServing = (index: number) =>
  waitUntil(
    () =>
      fetch(`http://127.0.0.1:${ports[index]}/health`).then(
        (answer) => answer.ok,
        () => false,
      ),
    Boolean,
  );

test(
  "master key, worker secrets, repository key, storage keys and database logins are changed while users go on",
  { timeout: 180_000 },
  async () => {
    const old: Values = {
      masterKey: stack.masterKey,
      workerSecrets: stack.workerSecret,
      repoKey: stack.repoKey,
      storage: oldKeys,
      databaseUrls: stack.databaseUrls,
    };
    const fresh = {
      masterKey: newKey(),
      workerSecrets: newKey(),
      repoKey: newKey(),
      storage: newKeys,
      databaseUrls: await addLogins(),
    };
    const list = (...pick: [Values, Values]) => ({
      masterKey: pick.map(({ masterKey }) => masterKey).join(","),
      workerSecrets: pick.map(({ workerSecrets }) => workerSecrets).join(","),
      repoKey: pick.map(({ repoKey }) => repoKey).join(","),
    });
    const [firstApi, firstWorker] = [await startApi(0, old), await startWorker("first", old)];
    await isServing(0);
    const user = await waitUntil(
      () => registerRestUser(balancer.url).catch(() => undefined),
      (registered) => registered !== undefined,
    );
    if (!user) throw new Error("nobody could register");
    await buildsPreview(user, "before");

    // Step 1: the new values are known. Both kinds of processes work beside the old ones.
    const knowing = { ...old, ...list(old, fresh), databaseUrls: fresh.databaseUrls, storage: newKeys };
    const secondApi = await startApi(1, knowing);
    const secondWorker = await startWorker("second", knowing);
    await isServing(1);
    await buildsPreview(user, "beside");
    await end(firstWorker);
    await buildsPreview(user, "by the second worker, told to either API");
    await end(firstApi);

    // Step 2: the new values are used.
    const using = { ...knowing, ...list(fresh, old) };
    members.splice(members.indexOf(firstApi), 1);
    const thirdApi = await startApi(0, using);
    const thirdWorker = await startWorker("third", using);
    await isServing(0);
    await buildsPreview(user, "while the new values are used by some");
    await end(secondWorker, secondApi);
    await buildsPreview(user, "while the new values are used by all");

    // Step 3: the old values are given up, everywhere.
    await store.stop();
    store = await startObjectStore({ ...storeOptions, port: store.port, ...newKeys });
    const lastApi = await startApi(1, fresh);
    const lastWorker = await startWorker("last", fresh);
    await isServing(1);
    await end(thirdWorker, thirdApi);
    await waitUntil(
      () => callRest(balancer.url, "GET /auth/me", { token: user.accessToken }).catch(() => undefined),
      (answer) => answer?.status === 200,
    );
    await buildsPreview(user, "after");
    const refreshed = await callRest(balancer.url, "POST /auth/refresh", {
      body: { refresh_token: user.refreshToken },
    });
    expect(refreshed.status).toBe(200);
    await end(lastWorker, lastApi);
  },
);
