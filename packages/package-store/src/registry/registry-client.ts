import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import type { PackageLimits } from "#limits.ts";
import { PackageError } from "#package-error.ts";
import type { WantedPack } from "#package-source.ts";
import { RefusedRedirectError, httpGet } from "#registry/http-get.ts";
import { parseIntegrity } from "#registry/integrity.ts";

/** Where packages come from. */
export interface RegistrySettings {
  /** `https://…/`; http only on loopback. */
  readonly url: string;
  /** Sent as a bearer token, to this registry alone. */
  readonly token?: string | undefined;
}

/** Asks one registry. Every failure is a PackageError that names the package. */
export interface RegistryClient {
  /** What it tells of a package's versions, as JSON. */
  versions(name: string, signal: AbortSignal): Promise<string>;
  /** Writes the tarball to a new file once its bytes are what they must be; answers how many there are. */
  tarball(
    wanted: WantedPack & { readonly url?: string | undefined },
    file: string,
    signal: AbortSignal,
  ): Promise<number>;
}

const ABBREVIATED = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
const RETRY_MS = 200;

class PassingError extends Error {}

export function createRegistryClient(settings: RegistrySettings, limits: PackageLimits): RegistryClient {
  const base = new URL(settings.url.endsWith("/") ? settings.url : `${settings.url}/`);
  const authorization = settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` };
  const get = async <Result>(
    name: string,
    path: GetPath,
    read: (body: Readable) => Promise<Result>,
  ): Promise<Result> => {
    const { url, headers, signal } = path;
    const trouble: string[] = [];
    for (let attempt = 1; attempt <= limits.tries; attempt++) {
      signal.throwIfAborted();
      const either = AbortSignal.any([signal, AbortSignal.timeout(limits.answerMs)]);
      try {
        const answer = await httpGet({
          url,
          headers: { "accept-encoding": "gzip", ...headers, ...authorization },
          trustedHost: base.host,
          silenceMs: limits.silenceMs,
          signal: either,
        });
        const status = answer.statusCode ?? 0;
        if (status === 200) {
          const isZipped = answer.headers["content-encoding"] === "gzip";
          return await read(isZipped ? answer.compose(createGunzip()) : answer);
        }
        answer.resume();
        if ([401, 403, 404, 410].includes(status)) throw notFound(name, status);
        throw new PassingError(`it answered ${status}`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof PackageError) throw error;
        trouble.push(error instanceof Error ? describe(error) : "no reason");
        if (error instanceof RefusedRedirectError) break;
      }
      if (attempt < limits.tries) await delay(RETRY_MS * attempt, undefined, { signal });
    }
    throw unreachable(name, trouble.at(-1) ?? "");
  };
  return {
    versions: (name, signal) => {
      const url = new URL(name.replace("/", "%2f"), base);
      return get(name, { url, headers: { accept: ABBREVIATED }, signal }, (body) =>
        readText(
          body,
          () => tooLarge(name, "what the registry tells of it", limits.manifestBytes),
          limits.manifestBytes,
        ),
      );
    },
    tarball: (wanted, file, signal) => {
      const url = tarballUrl(base, wanted);
      return get(wanted.name, { url, headers: {}, signal }, (body) => download(body, { wanted, file, limits }));
    },
  };
}

interface GetPath {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Built from name and version, so that a lockfile cannot send a worker anywhere; the registry's own word counts where it has one. */
function tarballUrl(base: URL, { name, version, url }: WantedPack & { readonly url?: string | undefined }): URL {
  if (url !== undefined) return new URL(url, base);
  const file = name.slice(name.indexOf("/") + 1);
  return new URL(`${name}/-/${file}-${encodeURIComponent(version)}.tgz`, base);
}

async function readText(body: Readable, refuse: () => Error, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw refuse();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function download(
  body: Readable,
  { wanted, file, limits }: { wanted: WantedPack; file: string; limits: PackageLimits },
): Promise<number> {
  const { name, version } = wanted;
  const expected = parseIntegrity(wanted.integrity);
  if (expected === undefined) {
    throw new PackageError(
      "damaged",
      name,
      `The checksum given for package "${name}" ${version} is none that is known.`,
    );
  }
  const hash = createHash(expected.algorithm);
  let size = 0;
  const check = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limits.packedBytes) throw tooLarge(name, "its tarball", limits.packedBytes);
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(body, check, createWriteStream(file, { flags: "w" }));
  if (!expected.digests.includes(hash.digest("base64"))) {
    throw new PackageError(
      "damaged",
      name,
      `What the registry sent for package "${name}" ${version} is not what its checksum says. If the lockfile is right, the registry is not to be trusted; else make the lockfile anew.`,
    );
  }
  return size;
}

function notFound(name: string, status: number): PackageError {
  const isMissing = status === 404 || status === 410;
  const text = isMissing
    ? `The npm registry has no package "${name}". Is its name right?`
    : `The npm registry does not give out package "${name}" to this HiveSync. A package that is not public can be put into the project's folder.`;
  return new PackageError("not-found", name, text);
}

function tooLarge(name: string, what: string, bytes: number): PackageError {
  return new PackageError(
    "too-large",
    name,
    `Package "${name}" is too large for a preview: ${what} has more than ${bytes} bytes. Take a smaller one, or only a part of it as files of the project.`,
  );
}

function unreachable(name: string, why: string): PackageError {
  const text = `Package "${name}" could not be fetched: the npm registry cannot be reached (${why}). Request the preview again in a while.`;
  return new PackageError("unreachable", name, text);
}

/** No address of the network of ours is told. */
function describe(error: Error): string {
  if (error instanceof PassingError || error instanceof RefusedRedirectError) return error.message;
  if (error.name === "TimeoutError") return "it took too long";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.message === "no byte came for too long" ? error.message : "the connection failed";
}
