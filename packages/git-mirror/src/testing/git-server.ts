import { mkdir, mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import { untilWritable } from "#process/until-writable.ts";
import type { RemoteAccess } from "#remote.ts";
import { makeCertificates, type Certificates } from "./certificates.ts";
import { answerByBackend } from "./http-backend.ts";
import { createServedRepository, type ServedRepository } from "./served-repository.ts";

/** How the server answers for one repository. */
export interface Behaviour {
  /** Asks for these by HTTP's basic authentication. */
  login?: { username: string; password: string };
  /** Sends at most so many bytes a second of each answer to a fetch. */
  bytesPerSecond?: number;
  /** Cuts the connection after so many bytes of an answer's body. */
  diesAfterBytes?: number;
  /** Sends every caller there. */
  redirectTo?: string;
  /** Answers itself, instead of git. True when it has. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

/** What the server has seen. */
export interface Seen {
  requests: { method: string; path: string; authorization: string | undefined }[];
  connections: number;
  bytesSent: number;
}

/** A git server on loopback with a certificate of its own authority. */
export interface GitServer extends AsyncDisposable {
  port: number;
  /** `localhost:<port>` */
  host: string;
  caFile: string;
  /** For a second server of the same authority. */
  certificates: Certificates;
  /** Settings with which this server, and it alone, may be asked. */
  access: RemoteAccess;
  seen: Seen;
  /** The URL of a repository. */
  url: (name: string) => string;
  create: (name: string, objectFormat?: "sha1" | "sha256") => Promise<ServedRepository>;
  /** How it answers for a repository from now on; default as any good server. */
  behave: (name: string, behaviour: Behaviour) => void;
  /** Forgets what was seen. */
  forget: () => void;
  close: () => Promise<void>;
}

/** Where and as whom a server answers. */
export interface GitServerOptions {
  /** Default 127.0.0.1. */
  address?: string;
  /** Default: any that is free. */
  port?: number;
  /** Names beside localhost that its certificate holds. */
  names?: readonly string[];
  /** Those of another server, so that one authority is trusted for both. */
  certificates?: Certificates;
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const slicesPerSecond = 10;

interface Answer {
  behaviour: Behaviour;
  response: ServerResponse;
  seen: Seen;
}

/** Sends a body as the behaviour says: slowly, or only its beginning. */
async function sendBody(body: AsyncIterable<Buffer>, { behaviour, response, seen }: Answer): Promise<void> {
  const { bytesPerSecond, diesAfterBytes = Number.POSITIVE_INFINITY } = behaviour;
  const slice = bytesPerSecond === undefined ? 65_536 : Math.max(1, Math.floor(bytesPerSecond / slicesPerSecond));
  let sent = 0;
  for await (const chunk of body) {
    for (let start = 0; start < chunk.length; start += slice) {
      if (response.destroyed) return;
      const part = chunk.subarray(start, Math.min(start + slice, chunk.length, start + diesAfterBytes - sent));
      sent += part.length;
      seen.bytesSent += part.length;
      if (!response.write(part)) await untilWritable(response);
      if (sent >= diesAfterBytes) return void response.destroy();
      if (bytesPerSecond !== undefined) await wait(1_000 / slicesPerSecond);
    }
  }
  response.end();
}

function isLetIn(request: IncomingMessage, { login }: Behaviour): boolean {
  if (login === undefined) return true;
  const expected = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return request.headers.authorization === `Basic ${expected}`;
}

async function answer(request: IncomingMessage, root: string, given: Answer): Promise<void> {
  const { behaviour, response } = given;
  if (behaviour.redirectTo !== undefined) return void response.writeHead(302, { location: behaviour.redirectTo }).end();
  if (!isLetIn(request, behaviour))
    return void response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
  if ((await behaviour.answer?.(request, response)) === true) return;
  await answerByBackend({ root, request, response, send: (body) => sendBody(body, given) });
}

async function listen(server: Server, { address = "127.0.0.1", port = 0 }: GitServerOptions): Promise<number> {
  server.listen(port, address);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function close(server: Server, folder: string): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
}

/**
 * Starts a git server with a real git behind it, for tests.
 *
 * @example
 * await using server = await startGitServer();
 * const repository = await server.create("team/app.git");
 * await repository.commit({ files: { "README.md": "# Hello" } });
 * // server.access and server.url("team/app.git") go to the mirror.
 */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-git-server-"));
  const root = path.join(folder, "repositories");
  await mkdir(root);
  const names = ["localhost", ...(options.names ?? [])].map((name) => `DNS:${name}`);
  const certificates =
    options.certificates ?? (await makeCertificates(folder, [...names, "IP:127.0.0.1", "IP:127.0.0.2"]));
  const behaviours = new Map<string, Behaviour>();
  const seen: Seen = { requests: [], connections: 0, bytesSent: 0 };
  const server = createServer({ key: certificates.key, cert: certificates.cert }, (request, response) => {
    const { method = "", url = "" } = request;
    const { authorization } = request.headers;
    seen.requests.push({ method, path: url, authorization });
    const name = [...behaviours.keys()].find((each) => url.startsWith(`/${each}/`)) ?? "";
    const behaviour = behaviours.get(name) ?? {};
    answer(request, root, { behaviour, response, seen }).catch(() => response.destroy());
  });
  server.on("connection", () => (seen.connections += 1));
  const port = await listen(server, options);
  const host = `localhost:${port}`;
  return {
    port,
    host,
    caFile: certificates.caFile,
    certificates,
    access: { hosts: [host], loopbackHosts: [host], caFile: certificates.caFile },
    seen,
    url: (name) => `https://${host}/${name}`,
    create: (name, objectFormat = "sha1") => createServedRepository(path.join(root, name), objectFormat),
    behave: (name, behaviour) => void behaviours.set(name, behaviour),
    forget: () => Object.assign(seen, { requests: [], connections: 0, bytesSent: 0 }),
    close: () => close(server, folder),
    [Symbol.asyncDispose]: () => close(server, folder),
  };
}
