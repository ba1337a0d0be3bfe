import { watch, type FSWatcher } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  desktopPrefix,
  desktopStartMs,
  desktopUserHeader,
  staysDirect,
  type DesktopInput,
  type DesktopOutput,
  type DesktopProbe,
  type DesktopRouteName,
  type DiscoveryFile,
} from "@hivesync/contracts/desktop";
import { isHiveSyncError, isNetworkError } from "#errors.ts";
import type { Session } from "#session/session.ts";
import type { Destination, Route, Routes } from "#transport/route.ts";
import { askDesktop } from "./ask-desktop.ts";
import { DesktopAgent, probeDesktop } from "./desktop-connection.ts";
import { createDesktopFetch } from "./desktop-fetch.ts";
import { readDiscovery } from "./discovery.ts";
import { hideUser, isSameSecret } from "./proof.ts";

const laterProbeMs = 1_000;
// What no file tells: where the folder cannot be watched, and who is signed in there.
const lookAgainMs = 1_000;

/** A Desktop that has proved itself. */
interface Found {
  discovery: DiscoveryFile;
  probe: DesktopProbe;
  agent: DesktopAgent;
  fetch: typeof fetch;
  /** By the user whose call it is; `""` for a client without a login. */
  routes: Map<string, Route>;
}

/** The two ways of a client on a machine where a Desktop may run: through it while it is there, direct while it is not. */
export class DesktopRoutes implements Routes {
  readonly direct: Route;
  readonly #file: string;
  readonly #upstream: string;
  readonly #session: Pick<Session, "userId">;
  readonly #listeners = new Set<() => void>();
  #found: Found | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = 0;
  #watcher: FSWatcher | undefined;
  #mode: Route["kind"] = "direct";

  /** @param file - The discovery file of the Desktop that forwards to `direct.url`. */
  constructor(options: { direct: Route; file: string; session: Pick<Session, "userId"> }) {
    this.direct = options.direct;
    this.#file = options.file;
    this.#upstream = options.direct.url;
    this.#session = options.session;
  }

  get mode(): Route["kind"] {
    return this.#mode;
  }

  async choose({ name, kind }: Destination): Promise<Route> {
    if (staysDirect(name, kind)) return this.direct;
    const route = (await this.#desktop()) ?? this.direct;
    this.#mode = route.kind;
    return route;
  }

  isLost(route: Route, error: unknown): boolean {
    if (route.kind !== "desktop") return false;
    const isRefused = isHiveSyncError(error, "AUTH_INVALID") || isHiveSyncError(error, "AUTH_EXPIRED");
    if (!isRefused && !isNetworkError(error)) return false;
    this.#mode = "direct";
    if (this.#found && [...this.#found.routes.values()].includes(route)) this.#forget();
    void this.#look(laterProbeMs);
    return true;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * One of the Desktop's own routes. Undefined when there is no Desktop to ask.
   *
   * @throws HiveSyncError when it refuses; NetworkError when it went away.
   */
  async ask<Name extends DesktopRouteName>(
    name: Name,
    input: DesktopInput<Name>,
    signal?: AbortSignal,
  ): Promise<DesktopOutput<Name> | undefined> {
    const route = await this.#desktop();
    if (!route) return undefined;
    try {
      return await askDesktop(route, { name, input, signal });
    } catch (error) {
      this.isLost(route, error);
      throw error;
    }
  }

  async #desktop(): Promise<Route | undefined> {
    if (!this.#found) await this.#lookWhenDue();
    const found = this.#found;
    if (!found) return undefined;
    const userId = await this.#session.userId();
    if (userId === undefined) return routeOf(found, "");
    const hidden = hideUser(found.discovery.token, userId);
    if (found.probe.user !== null && isSameSecret(found.probe.user, hidden)) return routeOf(found, hidden);
    // By now somebody else may have signed in there.
    this.#lookAside();
    return undefined;
  }

  /** Waits for the first look and for no other: a call goes direct while one is under way. */
  async #lookWhenDue(): Promise<void> {
    if (this.#lookedAt === 0) {
      void this.#watchFolder();
      await this.#look(desktopStartMs);
    } else if (this.#watcher === undefined) this.#lookAside();
  }

  /** Looks again, but not all the time, and lets nobody wait for it. */
  #lookAside(): void {
    if (Date.now() - this.#lookedAt > lookAgainMs) void this.#look(laterProbeMs);
  }

  #look(timeoutMs: number): Promise<void> {
    this.#lookedAt = Date.now();
    this.#looking ??= this.#find(timeoutMs).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #find(timeoutMs: number): Promise<void> {
    const discovery = await readDiscovery(this.#file);
    const known = this.#found;
    if (!discovery || discovery.upstream !== this.#upstream) {
      if (known) this.#forget();
      return;
    }
    const probe = await probeDesktop(discovery, timeoutMs).catch(() => undefined);
    if (probe?.upstream !== this.#upstream) {
      if (known && known === this.#found) this.#forget();
      return;
    }
    if (known && known === this.#found && isSame(known, { discovery, probe })) return;
    this.#forget();
    const agent = new DesktopAgent(discovery, (now) => now.user === probe.user && now.upstream === probe.upstream);
    this.#found = { discovery, probe, agent, fetch: createDesktopFetch(discovery, agent), routes: new Map() };
    for (const listener of this.#listeners) listener();
  }

  #forget(): void {
    // Idle connections alone: a call under way on another one may well be answered.
    this.#found?.agent.destroy();
    this.#found = undefined;
  }

  async #watchFolder(): Promise<void> {
    const folder = path.dirname(this.#file);
    const name = path.basename(this.#file);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      this.#watcher = watch(folder, { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) void this.#look(laterProbeMs).then(() => this.#look(laterProbeMs));
      });
      this.#watcher.on("error", () => {
        this.#watcher = undefined;
      });
    } catch {
      // Then each call looks from time to time.
    }
  }
}

function isSame(known: Found, now: { discovery: DiscoveryFile; probe: DesktopProbe }): boolean {
  return known.discovery.token === now.discovery.token && known.probe.user === now.probe.user;
}

/** The same object for the same user, so that calls share what they have open. */
function routeOf(found: Found, hiddenUser: string): Route {
  const known = found.routes.get(hiddenUser);
  if (known) return known;
  const { token, port } = found.discovery;
  const route: Route = {
    kind: "desktop",
    url: `http://127.0.0.1:${port}${desktopPrefix}`,
    fetch: found.fetch,
    tokens: { accessToken: async () => token, replacement: async () => undefined },
    headers: hiddenUser === "" ? {} : { [desktopUserHeader]: hiddenUser },
  };
  found.routes.set(hiddenUser, route);
  return route;
}
