import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { desktopPrefix, type DiscoveryFile } from "@hivesync/contracts/desktop";
import { createMemoryStore, type CredentialStore } from "@hivesync/sdk";
import { discoveryPath } from "@hivesync/sdk/desktop/runtime-folder";
import { readDiscovery } from "@hivesync/sdk/desktop/discovery";
import { Agent } from "undici";
import { startDesktopProxy, type DesktopProxy, type DesktopProxyOptions } from "#start-desktop-proxy.ts";

/** A folder of a test's own, by its real path, removed at the end of its `await using` block. */
export async function testFolder(files: Record<string, string> = {}): Promise<AsyncDisposable & { path: string }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "hivesync-desktop-")));
  await writeFiles(folder, files);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), contents);
  }
}

/** An answer of a Desktop, with the envelope parsed. */
export interface DesktopAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: {
    ok: boolean;
    data: Record<string, unknown>;
    error: { code: string; message: string; details: unknown } | null;
  };
}

export interface DesktopCall {
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string | Buffer | Readable;
  headers?: Record<string, string>;
  /** The present local token unless given; null sends none. */
  token?: string | null;
}

/** A Desktop in this process, with folders of its own. */
export interface TestDesktop extends AsyncDisposable {
  proxy: DesktopProxy;
  /** Where its files lie: `run` and `data`. */
  folder: string;
  discoveryFile: string;
  discovery: DiscoveryFile;
  credentials: CredentialStore;
  /** Every line that it has logged. */
  lines: string[];
  /** `call("POST /link", { body })`, below the prefix. */
  call: (wanted: string, options?: DesktopCall) => Promise<DesktopAnswer>;
}

const dispatcher = new Agent();

/** Calls a Desktop as any program may. */
export async function callPort(port: number, wanted: string, options: DesktopCall = {}): Promise<DesktopAnswer> {
  const [method = "GET", address = ""] = wanted.split(" ", 2);
  const { body, raw = body === undefined ? undefined : JSON.stringify(body), token, headers = {} } = options;
  const answer = await dispatcher.request({
    origin: `http://127.0.0.1:${port}`,
    // As it is: a URL would be put in order first.
    path: desktopPrefix + address,
    method,
    headers: {
      ...(raw === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined || token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: raw ?? null,
  });
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: JSON.parse(text || "{}") as DesktopAnswer["body"],
  };
}

export async function readOwnDiscovery(file: string): Promise<DiscoveryFile> {
  const discovery = await readDiscovery(file);
  if (!discovery) throw new Error(`${file} is not there, or not to be believed`);
  return discovery;
}

/** Starts a Desktop. Its folder is the test's when given, else its own. */
export async function startTestDesktop(
  options: Partial<DesktopProxyOptions> & { upstream: string; folder?: string },
): Promise<TestDesktop> {
  const { folder: given, credentials = createMemoryStore(), ...others } = options;
  const own = given === undefined ? await testFolder() : undefined;
  const folder = given ?? own?.path ?? "";
  const lines: string[] = [];
  const runtimeDirectory = path.join(folder, "run");
  const proxy = await startDesktopProxy({
    port: 0,
    runtimeDirectory,
    dataDirectory: path.join(folder, "data"),
    logLevel: "debug",
    onLogLine: (line) => lines.push(line),
    credentials,
    ...others,
  });
  const discoveryFile = discoveryPath(runtimeDirectory, proxy.upstream);
  const discovery = await readOwnDiscovery(discoveryFile);
  return {
    proxy,
    folder,
    discoveryFile,
    discovery,
    credentials,
    lines,
    call: (wanted, call = {}) => {
      const token = call.token === undefined ? discovery.token : call.token;
      return callPort(proxy.port, wanted, { ...call, token });
    },
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      await own?.[Symbol.asyncDispose]();
    },
  };
}
