import { randomBytes } from "node:crypto";
import { Agent, get } from "node:http";
import { availableParallelism } from "node:os";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { insertProjects, restCall } from "../calls.ts";
import { takeTurns, type Caller } from "../callers.ts";
import { reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median, medianRatio, quantile } from "../statistics.ts";

const readers = 20;
const readEveryMs = 10;
const accounts = 16;
const signInsAtOnce = 16;
const projectsEach = 50;

const agent = new Agent({ keepAlive: true });

function readOnce(origin: string, caller: Caller): Promise<number> {
  const { path } = restCall("list", () => "")(caller);
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get(origin + path, { agent, headers: { authorization: `Bearer ${caller.token}` } }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(performance.now() - start);
        else reject(new Error(`a read was answered ${answer.statusCode}`));
      });
    }).on("error", reject);
  });
}

/** Reads at a steady pace, whether or not earlier reads were answered. */
async function readSteadily(origin: string, seconds: number, nextCaller: () => Caller): Promise<number[]> {
  const reads: Promise<number>[] = [];
  const count = Math.round((seconds * 1_000) / readEveryMs);
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      reads.push(readOnce(origin, nextCaller()));
      if (reads.length < count) return;
      clearInterval(timer);
      resolve();
    }, readEveryMs);
  });
  return Promise.all(reads);
}

interface Account {
  username: string;
  password: string;
}

async function post(url: string, body: object, address: string): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}

// Failures are counted by address until a sign-in is known to be good: everyone comes from one of their own.
const nextAddress = takeTurns(Array.from({ length: 60_000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`));

async function register(origin: string): Promise<Account> {
  const username = `signs_in_${randomBytes(6).toString("hex")}`;
  const account = { username, password: randomBytes(12).toString("hex") };
  await post(`${origin}/api/v1/auth/register`, { ...account, email: `${username}@example.com` }, nextAddress());
  return account;
}

/** Signs in as often as it is answered until told to stop. Answers how often. */
async function signInUntil(origin: string, nextAccount: () => Account, stop: AbortSignal): Promise<number> {
  let count = 0;
  while (!stop.aborted) {
    await post(`${origin}/api/v1/auth/login`, nextAccount(), nextAddress());
    count += 1;
  }
  return count;
}

interface Sample {
  p99Ms: number;
  signInsPerSecond: number;
}

/** Reads beside as many sign-ins as the password hash takes. */
export async function measureSignIn(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const callers = await stack.insertCallers(readers);
  await insertProjects(stack.sql, callers, projectsEach);
  const api = await stack.startApi({ environment: { HIVESYNC_TRUSTED_PROXIES: "127.0.0.1" } });
  const registered = await Promise.all(Array.from({ length: accounts }, () => register(api.origin)));
  const nextAccount = takeTurns(registered);
  const nextCaller = takeTurns(callers);
  const seconds = bench.seconds * 2;

  const read = async (signInLoops: number): Promise<Sample> => {
    const stop = new AbortController();
    const loops = Array.from({ length: signInLoops }, () => signInUntil(api.origin, nextAccount, stop.signal));
    const reads = await readSteadily(api.origin, seconds, nextCaller);
    stop.abort();
    const signIns = (await Promise.all(loops)).reduce((sum, count) => sum + count, 0);
    return { p99Ms: quantile(reads, 0.99), signInsPerSecond: signIns / seconds };
  };
  await read(0);
  const samples = await inRounds(bench.rounds, { quiet: () => read(0), busy: () => read(signInsAtOnce) });
  const p99 = (list: readonly Sample[]): number[] => list.map(({ p99Ms }) => p99Ms);
  const rate = median(samples.busy.map(({ signInsPerSecond }) => signInsPerSecond));
  return {
    readings: [
      reading({
        what: "reads beside sign-ins, p99",
        ours: median(p99(samples.busy)),
        beside: { name: "without sign-ins", value: median(p99(samples.quiet)) },
        unit: "ms",
        result: medianRatio(p99(samples.busy), p99(samples.quiet)),
        goal: { bound: "at_most", value: 2 },
      }),
    ],
    notes: [
      `A read of 50 projects every ${readEveryMs} ms, answered or not, and ${signInsAtOnce} sign-ins at a time: ${rate.toFixed(0)} a second on ${availableParallelism()} cores, which also run the client, Postgres and Redis.`,
    ],
  };
}
