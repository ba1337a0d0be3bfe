import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { toPage } from "@hivesync/contracts/pagination";
import { toIsoInstant } from "@hivesync/db/column-types";
import { newId } from "@hivesync/platform/ids";
import postgres from "postgres";
import { createTokenCheck } from "./check-token.ts";
import { readPeerEnvironment, type PeerEnvironment } from "./env.ts";
import { insertProject, selectPage, selectPersonalTeam, selectProject, selectRole } from "./projects-sql.ts";

// What a careful person writes by hand for three endpoints: node:http, postgres.js, jose, nothing between them.

const env = readPeerEnvironment();
const timestamptzOid = 1184;

function openDatabase({ PEER_DATABASE_URL: url, PEER_SETUP: setup, PEER_POOL_SIZE: max }: PeerEnvironment) {
  if (setup === "default") return postgres(url);
  return postgres(url, {
    max,
    connection: { TimeZone: "UTC" },
    types: {
      instant: { to: timestamptzOid, from: [timestamptzOid], serialize: String, parse: toIsoInstant },
    },
  });
}

const sql = openDatabase(env);
const checkToken = createTokenCheck(env.PEER_JWKS_URL, env.PEER_ISSUER);

class Refusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

async function listProjects(userId: string, query: URLSearchParams): Promise<unknown> {
  const limit = Number(query.get("limit") ?? 50);
  const rows = await selectPage(sql, userId, limit + 1);
  return toPage(
    rows.map((row) => row as typeof row & { created_at: string }),
    { limit, offset: 0 },
  );
}

async function getProject(userId: string, id: string): Promise<unknown> {
  const [member] = await selectRole(sql, id, userId);
  const [project] = member ? await selectProject(sql, id) : [];
  if (!project) throw new Refusal(404);
  return project;
}

async function createProject(userId: string, body: unknown): Promise<unknown> {
  const name = typeof body === "object" && body !== null && "name" in body ? body.name : undefined;
  if (typeof name !== "string" || name.length === 0 || name.length > 120) throw new Refusal(400);
  const [team] = await selectPersonalTeam(sql, userId);
  if (!team) throw new Refusal(404);
  return insertProject(sql, { id: newId(), auditId: newId(), teamId: team.id, name, userId });
}

const base = "/api/v1/projects";

async function answer(request: IncomingMessage): Promise<{ status: number; data: unknown }> {
  const user = checkToken(request.headers.authorization ?? "");
  const userId = typeof user === "string" ? user : await user;
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  if (request.method === "POST" && path === base)
    return { status: 201, data: await createProject(userId, await readJson(request)) };
  if (path === base) return { status: 200, data: await listProjects(userId, new URLSearchParams(query)) };
  if (path.startsWith(`${base}/`)) return { status: 200, data: await getProject(userId, path.slice(base.length + 1)) };
  throw new Refusal(404);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, data } = await answer(request);
    const body = `{"ok":true,"data":${JSON.stringify(data)},"error":null}`;
    response.writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  } catch (error) {
    response.writeHead(error instanceof Refusal ? error.status : 500).end();
  }
}

const server = createServer((request, response) => void handle(request, response));
server.listen(env.PEER_PORT, "127.0.0.1", () => console.log("listening"));
