import autocannon from "autocannon";
import type { Caller } from "./callers.ts";
import { readUsage } from "./process-usage.ts";
import { quantile } from "./statistics.ts";

/** A request as a caller makes it. */
export interface Call {
  method: "GET" | "POST";
  path: string;
  body?: string;
}

/** A server under load. */
export interface Target {
  origin: string;
  pid: number;
}

/** What one run of load has shown. */
export interface LoadSample {
  /** CPU of the server's process, over requests. */
  cpuMs: number;
  p50Ms: number;
  p99Ms: number;
  perSecond: number;
}

export interface LoadOptions {
  connections: number;
  seconds: number;
  /** Who calls next. Each connection calls as one user for some time and then as the next. */
  nextCaller: () => Caller;
  callOf: (caller: Caller) => Call;
  /** How much each call counts against the caller's limit. 1 when absent. */
  countsAs?: number;
}

// Of the 600 in a minute that a user may make.
const callsPerCaller = 500;

function toRequest(caller: Caller, options: LoadOptions): autocannon.Request {
  const { body, ...call } = options.callOf(caller);
  return {
    ...call,
    headers: {
      authorization: `Bearer ${caller.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
  };
}

function setUp(client: autocannon.Client, options: LoadOptions): void {
  const turn = Math.floor(callsPerCaller / (options.countsAs ?? 1));
  let left = turn;
  const changeCaller = (): void => client.setRequests([toRequest(options.nextCaller(), options)]);
  changeCaller();
  // Told before the client makes its next request.
  client.on("response", () => {
    left -= 1;
    if (left > 0) return;
    left = turn;
    changeCaller();
  });
}

// The types name a promise alone; it is also what the events come from.
const start = autocannon as unknown as (
  options: autocannon.Options,
) => autocannon.Instance & PromiseLike<autocannon.Result>;

async function run(target: Target, options: LoadOptions): Promise<{ durationsMs: number[]; seconds: number }> {
  const durationsMs: number[] = [];
  const running = start({
    url: target.origin,
    connections: options.connections,
    duration: options.seconds,
    // How often it looks whether its time is over.
    sampleInt: 100,
    setupClient: (client) => setUp(client, options),
  });
  // Its own statistics are in whole milliseconds.
  running.on("response", (...[, , , durationMs]) => durationsMs.push(durationMs));
  const result = await running;
  if (result.non2xx > 0 || result.errors > 0) {
    const statuses = JSON.stringify(result.statusCodeStats ?? {});
    throw new Error(`${target.origin} under load: ${result.errors} errors, answers by status: ${statuses}`);
  }
  return { durationsMs, seconds: result.duration };
}

/** Puts a server under load. @throws Error when any answer was none of success */
export async function measureLoad(target: Target, options: LoadOptions): Promise<LoadSample> {
  const before = await readUsage(target.pid);
  const { durationsMs, seconds } = await run(target, options);
  const after = await readUsage(target.pid);
  return {
    cpuMs: (after.cpuMs - before.cpuMs) / durationsMs.length,
    p50Ms: quantile(durationsMs, 0.5),
    p99Ms: quantile(durationsMs, 0.99),
    perSecond: durationsMs.length / seconds,
  };
}
