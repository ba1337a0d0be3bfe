import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { makeTarball } from "#testing/make-tarball.ts";
import type { TarballEntry } from "#testing/make-tarball.ts";

/** A package to publish. Without entries its files are those given, with a package.json made from the rest. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** More of package.json, as `main`, `exports` or `dependencies`. */
  readonly json?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The tarball's entries instead. */
  readonly entries?: readonly TarballEntry[];
  /** What the registry says that the tarball hashes to; the truth when left out. */
  readonly integrity?: string;
  /** The tarball itself instead. */
  readonly tarball?: Buffer;
  /** Where the registry says that it lies; npm's place when left out. */
  readonly tarballPath?: string;
}

/** How a request is answered instead of as it should be. */
export type TestFault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** An npm registry on loopback, with the packages that a test publishes. */
export interface TestRegistry extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly requests: string[];
  /** The login that each request came with. */
  readonly logins: (string | undefined)[];
  publish(row: TestPackage): { readonly integrity: string };
  /** Publishes what lies in a folder, such as one of node_modules. */
  publishFolder(folder: string): Promise<void>;
  /** While set, each request goes through it first; true means that it has answered. */
  fault: TestFault | undefined;
}

interface Published {
  readonly manifest: Record<string, unknown>;
  readonly tarball: Buffer;
  readonly path: string;
}

function readyPackage(row: TestPackage, url: string): Published {
  const { name, version, json = {}, files = {} } = row;
  const manifest = { name, version, ...json };
  const all = { "package.json": JSON.stringify(manifest), ...files };
  const entries = Object.entries(all).map(([file, content]) => ({ path: `package/${file}`, content }));
  const tarball = row.tarball ?? makeTarball(row.entries ?? entries);
  const integrity = row.integrity ?? `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const place = row.tarballPath ?? `/${name}/-/${name.slice(name.indexOf("/") + 1)}-${version}.tgz`;
  const dist = { integrity, tarball: new URL(place, url).href };
  return { manifest: { ...manifest, dist }, tarball, path: place };
}

/** Starts a registry with nothing in it. */
export async function startTestRegistry(): Promise<TestRegistry> {
  const packages = new Map<string, Map<string, Published>>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const place = decodeURIComponent(request.url ?? "");
    registry.requests.push(place);
    registry.logins.push(request.headers.authorization);
    if (registry.fault?.(request, response) === true) return;
    const versions = packages.get(place.slice(1));
    if (versions !== undefined) {
      const rows = Object.fromEntries([...versions].map(([version, { manifest }]) => [version, manifest]));
      const latest = [...versions.keys()].at(-1);
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify({ "dist-tags": { latest }, versions: rows }));
    }
    const all = [...packages.values()].flatMap((found) => [...found.values()]);
    const published = all.find((row) => row.path === place);
    if (published === undefined) response.statusCode = 404;
    response.end(published?.tarball ?? "{}");
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const registry: TestRegistry = {
    url,
    requests: [],
    logins: [],
    fault: undefined,
    publish: (row) => {
      const ready = readyPackage(row, url);
      const versions = packages.get(row.name) ?? new Map<string, Published>();
      packages.set(row.name, versions.set(row.version, ready));
      return { integrity: (ready.manifest["dist"] as { integrity: string }).integrity };
    },
    publishFolder: async (folder) => {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      const paths = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
      const outer = paths.filter((file) => !path.relative(folder, file).split(path.sep).includes("node_modules"));
      const rows = outer.map(async (file) => ({
        path: `package/${path.relative(folder, file).split(path.sep).join("/")}`,
        content: await readFile(file),
      }));
      const json = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;
      const { name, version } = json as { name: string; version: string };
      registry.publish({ name, version, json, entries: await Promise.all(rows) });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return registry;
}
