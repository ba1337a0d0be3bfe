import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";
import { signCallback } from "@hivesync/platform/callback-signature";
import { newId } from "@hivesync/platform/ids";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { brokenInput, shapedInput } from "#testing/arbitrary-input.ts";
import { fuzzRuns, fuzzSeed } from "#testing/env.ts";
import { readTables } from "#testing/expect-refusal.ts";
import { forgetCounts } from "#testing/forget-counts.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { createWorld, scopeIds, type World } from "#testing/world.ts";
import { allOperations, router } from "./router.ts";

// Every endpoint is given inputs out of its own schema, right ones and ones broken in one field, over REST and tRPC, by someone who may, by a
// stranger and by nobody. Whatever comes: never a 500, always one of our codes in its form, and after an error every table as it was.

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();

type Input = Record<string, unknown>;
type Way = "rest" | "trpc";

interface Call {
  contract: Endpoint;
  name: string;
  way: Way;
  input: Input;
  token: string | undefined;
}

const names = new Map<Endpoint, string>(
  Object.entries(router).flatMap(([resource, operations]) =>
    Object.entries(operations).map(([name, { contract }]) => [contract, `${resource}.${name}`] as const),
  ),
);

function workerHeaders(contract: Endpoint, body: string): Record<string, string> {
  return contract.kind === "callback" ? { ...signCallback(body, api.stack.workerSecret) } : {};
}

function toRest({ contract, input }: Call): [string, RequestInit] {
  const { method, path, parameters } = parseRest(contract.rest);
  const address = parameters.reduce((text, name) => {
    const value = input[name];
    const segment = typeof value === "string" ? value : JSON.stringify(value ?? null);
    // An empty segment is another address, a lone half of a pair none at all.
    return text.replace(`{${name}}`, () => encodeURIComponent(segment.toWellFormed()).slice(0, 2_000) || "-");
  }, `${origin}/api/v1${path}`);
  const rest = Object.entries(input).filter(([name, value]) => !parameters.includes(name) && value !== undefined);
  if (method === "GET" || method === "DELETE") {
    const fields = rest.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
    // Longer ones than the server reads at all are another test's.
    const query = new URLSearchParams(Object.fromEntries(fields) as Record<string, string>).toString().slice(0, 6_000);
    return [`${address}?${query}`, { method }];
  }
  return [address, { method, body: JSON.stringify(Object.fromEntries(rest)) }];
}

function toTrpc({ contract, name, input }: Call): [string, RequestInit] {
  const address = `${origin}/trpc/${name}`;
  if (contract.kind === "mutation") return [address, { method: "POST", body: JSON.stringify(input) }];
  return [`${address}?input=${encodeURIComponent(JSON.stringify(input)).slice(0, 12_000)}`, {}];
}

interface Outcome {
  status: number;
  code: string | undefined;
  text: string;
}

async function readStream(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value as Uint8Array | undefined);
}

function codeIn(body: unknown, way: Way): string | undefined {
  const { error } = body as { error?: { code?: string; data?: { code?: string } } | null };
  return way === "rest" ? error?.code : error?.data?.code;
}

async function send(call: Call): Promise<Outcome> {
  const [address, init] = call.way === "rest" ? toRest(call) : toTrpc(call);
  const body = typeof init.body === "string" ? init.body : "";
  const response = await fetch(address, {
    ...init,
    headers: {
      ...(body === "" ? {} : { "content-type": "application/json" }),
      ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
      ...workerHeaders(call.contract, body),
    },
  });
  const { status } = response;
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const text = await readStream(response);
    const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
    return { status, code, text };
  }
  const text = await response.text();
  return { status, text, code: codeIn(JSON.parse(text), call.way) };
}

/** What an endpoint writes although it refuses, on purpose. */
const notedRefusals: Partial<Record<Endpoint["rest"], string[]>> = {
  "POST /auth/login": ["audit_logs"],
  "POST /auth/password": ["audit_logs"],
  "POST /auth/device/token": ["device_links"],
  "POST /preview/request": ["blobs"],
  "POST /preview/{id}/retry": ["blobs"],
  "POST /admin/jobs/{id}/retry": ["blobs"],
  "POST /ai/jobs": ["blobs"],
  "POST /ai/jobs/{id}/retry": ["blobs"],
};

function writtenBy(contract: Endpoint): string[] {
  return contract.kind === "callback" ? ["audit_logs"] : (notedRefusals[contract.rest] ?? []);
}

/** Every table as it was before a call. After an error it must be so still; after success it is looked at anew. */
function createWatch(contract: Endpoint) {
  const except = writtenBy(contract);
  let seen: Record<string, string> | undefined;
  return {
    before: async () => (seen ??= await readTables(api.sql, except)),
    forget: () => (seen = undefined),
    changedTables: async (): Promise<string[]> => {
      const now = await readTables(api.sql, except);
      return Object.keys(now).filter((table) => now[table] !== seen?.[table]);
    },
  };
}

function isOurs(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** What is wrong with an answer; nothing, as a rule. */
async function problemsOf(call: Call, { status, code }: Outcome, watch: ReturnType<typeof createWatch>) {
  if (code === undefined) {
    watch.forget();
    return status < 400 ? [] : ["a status of failure without an error"];
  }
  if (!isOurs(code)) return [`the code ${code} is none of ours`];
  const expected = call.contract.errors.includes(code);
  const isFault = code === "INTERNAL_ERROR" || code === "SERVICE_UNAVAILABLE";
  const changed = await watch.changedTables();
  return [
    ...(isFault && !expected ? [`answered ${code}`] : []),
    ...(call.way === "rest" && status !== errorTable[code].status ? [`${code} came with ${status}`] : []),
    ...changed.map((table) => `${table} was changed by what answered ${code}`),
  ];
}

async function expectSound(call: Call, watch: ReturnType<typeof createWatch>): Promise<void> {
  await watch.before();
  const logged = api.logLines.length;
  const outcome = await send(call);
  const problems = await problemsOf(call, outcome, watch);
  // What the caller is not told of a fault is in the log.
  const reasons = api.logLines.slice(logged).filter((line) => /"severity":"(?:WARNING|ERROR)"/.test(line));
  expect(problems.map((problem) => [problem, outcome.text.slice(0, 500), ...reasons].join("\n"))).toEqual([]);
}

/** Counts start anew, and whoever signed out is in again: what is tried here is not the limits. */
async function refresh(): Promise<void> {
  await forgetCounts(api);
  const rows = await api.sql<{ id: string }[]>`UPDATE sessions SET revoked_at = NULL RETURNING id`;
  for (const { id } of rows) api.deps.sessions.forget(id);
}

const abroad = await createWorld(api);

function idsAround(world: World): string[] {
  return [...Object.values(world.ids), abroad.ids.project, abroad.ids.task, abroad.ids.ada, newId()];
}

/** Its right id in most cases, so that an input gets further than the door. */
function aimed({ access }: Endpoint, world: World, input: Input): fc.Arbitrary<Input> {
  if (!("of" in access)) return fc.constant(input);
  const wellAimed = { ...input, [access.by]: world.ids[scopeIds[access.of]] };
  return fc.oneof({ weight: 4, arbitrary: fc.constant(wellAimed) }, { weight: 1, arbitrary: fc.constant(input) });
}

test.each(allOperations.map(({ contract }) => [contract.rest, contract] as const))(
  "%s",
  async (_, contract) => {
    const world = await createWorld(api);
    const ids = idsAround(world);
    const mayCall = contract.access.kind === "site" ? world.operator.token : world.owner.token;
    const ways: Way[] = contract.kind === "callback" ? ["rest"] : ["rest", "trpc"];
    const tried = fc.record({
      way: fc.constantFrom(...ways),
      input: fc
        .oneof(shapedInput(contract.input, ids), brokenInput(contract.input, ids))
        .chain((input) => aimed(contract, world, input)),
      token: fc.constantFrom(mayCall, mayCall, world.member.token, world.stranger.token, undefined),
    });
    const watch = createWatch(contract);
    const name = names.get(contract) ?? "";
    await refresh();
    await fc.assert(
      fc.asyncProperty(tried, async (one) => expectSound({ contract, name, ...one }, watch)),
      { numRuns: fuzzRuns, ...(fuzzSeed === undefined ? {} : { seed: fuzzSeed }) },
    );
    await refresh();
    // A long run by the flag takes its time.
  },
  30_000 + fuzzRuns * 1_000,
);
