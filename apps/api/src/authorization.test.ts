import { hasRole, roles, type Access, type Role } from "@hivesync/contracts/access";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import type { ErrorCode } from "@hivesync/contracts/errors";
import { newId } from "@hivesync/platform/ids";
import { afterAll, expect, test } from "vitest";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { expiredToken } from "#testing/forge-token.ts";
import { publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { allOperations } from "./router.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const team = await createTeam(api);
const [disabled, siteAdmin] = await Promise.all([api.register("disabled"), api.register("site")]);
await setTier(api, siteAdmin, "Admin");
await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${disabled.id}`;
const preview = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": "a" });
const otherPreview = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": "b" });

/** Who calls, with what. */
const callers: Record<string, string | undefined> = {
  anonymous: undefined,
  expired: await expiredToken(api, team.owner),
  disabled: disabled.token,
  stranger: team.stranger.token,
  "site admin": siteAdmin.token,
  "preview token": otherPreview.preview_token,
  "own preview token": preview.preview_token,
  Member: team.member.token,
  Admin: team.admin.token,
  Owner: team.owner.token,
};

type Place = "own" | "unknown" | "malformed";
const resourceIds: Record<string, string> = { project: team.project.id, preview: preview.job_id };

// What an input needs besides the id of what it is about. It must be valid: parsing comes before authorization.
const otherFields: Record<string, Record<string, unknown>> = {
  "POST /projects": { name: "x" },
  "POST /projects/{id}/tasks": { title: "x" },
  "POST /preview/request": { files: [{ path: "a.html", sha256: "a".repeat(64), size: 1 }] },
};

function idOf(access: Access, place: Place): string | undefined {
  if (access.kind !== "role" && access.kind !== "role_or_preview") return undefined;
  if (place === "own") return resourceIds[access.of];
  return place === "unknown" ? newId() : "not-an-id";
}

function fieldOf(access: Access): string {
  return "by" in access ? access.by : "";
}

/** The request of a contract for this resource, as REST has it. */
function toCall(contract: Endpoint, id: string | undefined): { request: string; body?: Record<string, unknown> } {
  const { method, path, parameters } = parseRest(contract.rest);
  const by = fieldOf(contract.access);
  const address = id === undefined ? path : path.replace(`{${by}}`, id);
  const request = `${method} ${address}`;
  if (method === "GET" || method === "DELETE") return { request };
  const inBody = id === undefined || parameters.includes(by) ? {} : { [by]: id };
  return { request, body: { ...otherFields[contract.rest], ...inBody } };
}

/** What the rules of access come to; undefined for "may". */
function refusalOf(access: Access, caller: string, place: Place): ErrorCode | undefined {
  if (access.kind === "public") return undefined;
  if (access.kind === "worker") return "AUTH_INVALID";
  const isPreviewToken = caller.endsWith("preview token");
  if (caller === "expired") return "AUTH_EXPIRED";
  if (caller === "anonymous" || caller === "disabled") return "AUTH_INVALID";
  if (isPreviewToken && access.kind !== "role_or_preview") return "AUTH_INVALID";
  if (place === "malformed") return "VALIDATION_ERROR";
  if (access.kind === "user") return undefined;
  if (access.kind === "site") return caller === "site admin" ? undefined : "FORBIDDEN";
  if (place === "unknown") return "NOT_FOUND";
  if (isPreviewToken) return caller === "own preview token" ? undefined : "NOT_FOUND";
  if (!(roles as readonly string[]).includes(caller)) return "NOT_FOUND";
  return hasRole(caller as Role, access.minimum) ? undefined : "FORBIDDEN";
}

function placesOf(access: Access): Place[] {
  return fieldOf(access) === "" ? ["own"] : ["own", "unknown", "malformed"];
}

const matrix = allOperations.flatMap(({ contract }) =>
  Object.keys(callers).flatMap((caller) =>
    placesOf(contract.access).map((place) => ({
      contract,
      caller,
      place,
      code: refusalOf(contract.access, caller, place),
    })),
  ),
);

/** The rows of each endpoint, those without any left out. */
function byEndpoint(rows: typeof matrix): [string, typeof matrix][] {
  const endpoints = allOperations.map(({ contract }) => contract.rest);
  return endpoints
    .map((rest): [string, typeof matrix] => [rest, rows.filter(({ contract }) => contract.rest === rest)])
    .filter(([, own]) => own.length > 0);
}

test("every endpoint that names a resource has one of ours to ask for", () => {
  const kinds = matrix.flatMap(({ contract: { access } }) => ("of" in access ? [access.of] : []));
  for (const kind of kinds) expect(resourceIds).toHaveProperty(kind);
});

test.each(byEndpoint(matrix.filter(({ code }) => code !== undefined)))(
  "%s is refused to whom its contract does not name, and nothing is stored",
  async (_, rows) => {
    for (const { contract, caller, place, code } of rows) {
      const { request, body } = toCall(contract, idOf(contract.access, place));
      await expectRefusal(api, request, {
        token: callers[caller],
        ...(body ? { body } : {}),
        code: code ?? "INTERNAL_ERROR",
        writes: contract.access.kind === "worker" ? ["audit_logs"] : [],
      });
    }
  },
);

const allowed = matrix.filter(({ code, contract }) => code === undefined && !contract.rest.startsWith("DELETE"));

test.each(byEndpoint(allowed))("%s is open to whom its contract names", async (rest, rows) => {
  for (const { contract, caller, place } of rows) {
    const { request, body } = toCall(contract, idOf(contract.access, place));
    const answer = await api.call(request, { token: callers[caller], ...(body ? { body } : {}) });
    // A public endpoint refuses the input, which is empty here, and never the caller.
    const ofPublic = [null, "VALIDATION_ERROR", "SERVICE_UNAVAILABLE"];
    // Whoever may ask for a preview is told what to upload.
    const ofMembers = rest === "POST /preview/request" ? ["FILES_MISSING"] : [null];
    const expected = contract.access.kind === "public" ? ofPublic : ofMembers;
    expect(expected, `${caller}: ${request}`).toContain(answer.body.error?.code ?? null);
    // A session that was ended here would change what the others of the table mean.
    if (rest === "POST /auth/logout") await restoreSessions();
  }
});

async function restoreSessions(): Promise<void> {
  await api.sql`UPDATE sessions SET revoked_at = NULL`;
  const rows = await api.sql<{ id: string }[]>`SELECT id FROM sessions`;
  for (const { id } of rows) api.deps.sessions.forget(id);
}
