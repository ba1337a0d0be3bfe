import { hasRole, roles, type Access, type Role, type ScopeKind } from "@hivesync/contracts/access";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import type { ErrorCode } from "@hivesync/contracts/errors";
import { signCallback } from "@hivesync/platform/callback-signature";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { exampleCall, type ExampleCall } from "#testing/example-call.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { expiredToken } from "#testing/forge-token.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";
import { uuidFieldsOf } from "#testing/uuid-fields.ts";
import { createWorld, scopeIds, type World } from "#testing/world.ts";
import { allOperations } from "./router.ts";

// Every endpoint, called by everyone, on what is theirs, another team's, not there and no id at all. What must come out follows from the
// contract's access alone, so that an operation that forgets to look is found, and a new endpoint is in here by itself.

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();

const [home, abroad, disabled, siteAdmin] = await Promise.all([
  createWorld(api),
  createWorld(api),
  api.register("disabled"),
  api.register("site"),
]);
await setTier(api, siteAdmin, "Admin");
await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${disabled.id}`;
const expired = await expiredToken(api, home.owner);

const callers = [
  "anonymous",
  "expired",
  "disabled",
  "worker",
  "stranger",
  "site admin",
  "other preview's token",
  "preview's token",
  "Member",
  "author",
  "Admin",
  "Owner",
] as const;
type Caller = (typeof callers)[number];

/** The caller's bearer token; nothing of a worker's, who signs. */
function tokenOf(world: World, caller: Caller): string | undefined {
  const tokens: Partial<Record<Caller, string>> = {
    expired,
    disabled: disabled.token,
    stranger: world.stranger.token,
    "site admin": siteAdmin.token,
    "other preview's token": abroad.previewToken,
    "preview's token": world.previewToken,
    Member: world.member.token,
    author: world.author.token,
    Admin: world.admin.token,
    Owner: world.owner.token,
  };
  return tokens[caller];
}

type Place = "own" | "foreign" | "unknown" | "malformed";

interface Row {
  contract: Endpoint;
  caller: Caller;
  place: Place;
}

function idAt(contract: Endpoint, place: Place): string | undefined {
  const { access } = contract;
  if (!("of" in access)) return undefined;
  if (place === "foreign") return abroad.ids[scopeIds[access.of]];
  if (place === "unknown") return newId();
  return place === "malformed" ? "not-an-id" : undefined;
}

function inputOf(world: World, contract: Endpoint): Record<string, unknown> {
  return world.retell<Record<string, unknown>>(contract.example.input);
}

/** The contract's example as a call, about what stands at this place. */
function toCall(world: World, { contract, place }: Row): ExampleCall {
  const { access } = contract;
  const input = { ...inputOf(world, contract) };
  const elsewhere = idAt(contract, place);
  if ("by" in access) input[access.by] = elsewhere ?? input[access.by];
  return exampleCall(contract, input);
}

function mayWithin(access: Extract<Access, { of: ScopeKind }>, caller: Caller, contract: Endpoint): boolean {
  if (caller === "author") return access.orAuthor === true || access.minimum === "Member";
  if (hasRole(caller as Role, access.minimum)) return true;
  const whom = access.orSelf && inputOf(home, contract)[access.orSelf];
  return whom !== undefined && whom === (caller === "Member" ? home.member.id : undefined);
}

/** What the rules of access come to; undefined for "may". */
function refusalOf({ contract, caller, place }: Row): ErrorCode | undefined {
  const { access } = contract;
  if (access.kind === "public") return undefined;
  if (access.kind === "worker") return caller === "worker" ? undefined : "AUTH_INVALID";
  if (caller === "expired") return "AUTH_EXPIRED";
  if (caller === "anonymous" || caller === "disabled" || caller === "worker") return "AUTH_INVALID";
  const holdsLink = caller.endsWith("preview's token");
  if (holdsLink && access.kind !== "role_or_preview") return "AUTH_INVALID";
  if (place === "malformed") return "VALIDATION_ERROR";
  if (access.kind === "user") return undefined;
  if (access.kind === "site") return caller === "site admin" ? undefined : "FORBIDDEN";
  if (place === "unknown") return "NOT_FOUND";
  if (holdsLink) {
    // Either link opens its own preview and nothing else; the example may be about another one.
    const about = inputOf(home, contract)[access.by];
    const opens =
      place === "foreign" ? caller.startsWith("other") : caller === "preview's token" && about === home.ids.preview;
    return opens ? undefined : "NOT_FOUND";
  }
  const isMember = caller === "author" || (roles as readonly string[]).includes(caller);
  if (place === "foreign" || !isMember) return "NOT_FOUND";
  return mayWithin(access, caller, contract) ? undefined : "FORBIDDEN";
}

const matrix: Row[] = allOperations.flatMap(({ contract }) =>
  callers.flatMap((caller) => {
    const places: Place[] = "of" in contract.access ? ["own", "foreign", "unknown", "malformed"] : ["own"];
    return places.map((place) => ({ contract, caller, place }));
  }),
);

function byEndpoint(rows: Row[]): [string, Row[]][] {
  const grouped = Map.groupBy(rows, ({ contract }) => contract.rest as string);
  return [...grouped];
}

function workerHeaders(body: unknown): Record<string, string> {
  return { ...signCallback(body === undefined ? "" : JSON.stringify(body), api.stack.workerSecret) };
}

describe("refused to whom the contract does not name, without a trace", () => {
  test.each(byEndpoint(matrix.filter((row) => refusalOf(row) !== undefined)))("%s", async (_, rows) => {
    for (const row of rows) {
      const { request, body } = toCall(home, row);
      await expectRefusal(api, request, {
        token: tokenOf(home, row.caller),
        ...(body ? { body } : {}),
        ...(row.caller === "worker" ? { headers: workerHeaders(body) } : {}),
        code: refusalOf(row) ?? "INTERNAL_ERROR",
        writes: row.contract.access.kind === "worker" ? ["audit_logs"] : [],
      });
    }
  });
});

/** Every address in storage that an answer holds lies under the caller's own team. */
function expectOwnPrefix(answer: Answer, world: World): void {
  for (const [, teamId] of JSON.stringify(answer.body).matchAll(/\/t\/([0-9a-f-]{36})\//g))
    expect([world.team.id]).toContain(teamId);
}

function expectNothingOf(foreign: World, answer: Answer): void {
  const text = JSON.stringify(answer.body);
  for (const [name, id] of Object.entries(foreign.ids)) expect(text, `${name} of another team`).not.toContain(id);
}

/** A stream that opens does not end: it is called over a connection, which is cut. */
async function expectOpenStream(world: World, row: Row): Promise<void> {
  const { request } = toCall(world, row);
  const answer = await fetch(`${origin}/api/v1${request.split(" ")[1] ?? ""}`, {
    headers: { authorization: `Bearer ${tokenOf(world, row.caller) ?? ""}` },
  });
  await answer.body?.cancel();
  expect(answer.status, `${row.caller}: ${request}`).toBe(200);
}

/** Codes that may come out where the caller is not the reason for them. */
function passingCodes({ contract }: Row): (string | null)[] {
  // An example of what is public need not be good here: its tokens are made up.
  const ofPublic = ["AUTH_INVALID", "VALIDATION_ERROR", "CONFLICT", "RATE_LIMITED", "SERVICE_UNAVAILABLE"];
  const ofWorkers = ["NOT_FOUND", "VALIDATION_ERROR"];
  const { kind } = contract.access;
  return [null, ...(kind === "public" ? ofPublic : kind === "worker" ? ofWorkers : contract.errors)];
}

async function expectOpen(world: World, row: Row): Promise<void> {
  const { request, body } = toCall(world, row);
  const token = tokenOf(world, row.caller);
  const headers = row.caller === "worker" ? workerHeaders(body) : {};
  const answer = await api.call(request, { token, headers, ...(body ? { body } : {}) });
  expect(passingCodes(row), `${row.caller}: ${request}`).toContain(answer.body.error?.code ?? null);
  // Whoever runs the site sees what is everyone's.
  if (row.contract.access.kind === "site") return;
  expectOwnPrefix(answer, world);
  expectNothingOf(abroad, answer);
}

/** What takes away the resource itself, a role or a way in would make the rows after it mean something else. */
function changesWhoMayWhat({ rest }: Endpoint): boolean {
  const isSo = rest.startsWith("DELETE ") || rest.includes("/members") || rest.endsWith("/disable");
  return isSo || rest === "POST /auth/password";
}

/** Whoever signed out here is in the rows that come after. */
async function restoreSignIns(): Promise<void> {
  const rows = await api.sql<{ id: string }[]>`UPDATE sessions SET revoked_at = NULL RETURNING id`;
  for (const { id } of rows) api.deps.sessions.forget(id);
}

describe("open to whom the contract names", () => {
  const open = matrix.filter((row) => refusalOf(row) === undefined && row.place === "own");
  const [streams, others] = [true, false].map((wanted) =>
    open.filter(({ contract }) => (contract.kind === "subscription") === wanted),
  ) as [Row[], Row[]];

  test.each(byEndpoint(others))("%s", async (_, rows) => {
    for (const row of rows) {
      await expectOpen(changesWhoMayWhat(row.contract) ? await createWorld(api) : home, row);
      if (row.contract.rest.includes(" /auth/")) await restoreSignIns();
    }
  });

  test.each(byEndpoint(streams))("%s", async (_, rows) => {
    for (const row of rows) await expectOpenStream(home, row);
  });
});

describe("ids within inputs lead nowhere else", () => {
  // Any user may be added to a team, and no other than a member can be removed or changed.
  const exceptions = new Set(["POST /teams/{id}/members user_id"]);
  const nested = allOperations.flatMap(({ contract }) =>
    uuidFieldsOf(contract.input)
      .filter(({ path }) => !("by" in contract.access && contract.access.by === path.join(".")))
      // Whoever runs the site may name anyone.
      .filter(() => contract.access.kind !== "worker" && contract.access.kind !== "site")
      .filter(({ path }) => !exceptions.has(`${contract.rest} ${path.join(".")}`))
      .map(({ path, set }) => ({ contract, path: path.join("."), set })),
  );

  test.each(nested.map((row) => [row.contract.rest, row.path, row] as const))("%s: %s", async (_, path, row) => {
    for (const [name, id] of Object.entries(abroad.ids)) {
      const example = inputOf(home, row.contract);
      const contract = { ...row.contract, example: { ...row.contract.example, input: row.set(example, id) } };
      const { request, body } = toCall(home, { contract, caller: "Owner", place: "own" });
      const answer = await api.call(request, { token: home.owner.token, ...(body ? { body } : {}) });
      const page = answer.body.data as { items?: unknown[] } | null;
      // A filter by what is not here finds nothing; anything else is refused.
      const outcome = page?.items?.length === 0 ? "nothing" : answer.body.error?.code;
      expect(["nothing", "NOT_FOUND", "VALIDATION_ERROR"], `${path} = ${name}`).toContain(outcome);
      expectNothingOf({ ...abroad, ids: { ...abroad.ids, [name]: "-" } }, answer);
    }
  });
});
