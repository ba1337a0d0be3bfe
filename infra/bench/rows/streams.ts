import { createEventBus } from "@hivesync/platform/events/event-bus";
import { newId } from "@hivesync/platform/ids";
import { createLogger } from "@hivesync/platform/logger";
import { Redis } from "ioredis";
import { createBenchStack, type Bench, type BenchStack, type RunningTarget } from "../bench-stack.ts";
import type { Caller } from "../callers.ts";
import { openEventClients, type EventClients } from "../event-clients.ts";
import { inspectable } from "../inspector.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { settledBytes } from "../settled-memory.ts";
import { median } from "../statistics.ts";

const mostStreams = 2_000;
const warmUpStreams = 100;

interface Transport {
  name: string;
  path: string;
  mostKilobytes: number;
  mostSeconds: number;
}

const transports: readonly Transport[] = [
  { name: "REST", path: "/api/v1/notifications/stream", mostKilobytes: 25, mostSeconds: 0.5 },
  { name: "tRPC", path: "/trpc/notifications.stream?input=%7B%7D", mostKilobytes: 90, mostSeconds: 1 },
];

/** Tells each user of one thing, all at once, by the very rows and messages of a process of ours that notifies. */
async function notifyAll(stack: BenchStack, callers: readonly Caller[]): Promise<() => void> {
  const ids = callers.map(() => newId());
  const rows = await stack.sql<{ id: string; user_id: string; seq: number }[]>`
    WITH told AS (SELECT * FROM unnest(${ids}::uuid[], ${callers.map(({ userId }) => userId)}::uuid[]) AS told (id, user_id)),
      counted AS (
        INSERT INTO notification_counters (user_id, last_seq, unread) SELECT user_id, 1, 1 FROM told
        ON CONFLICT (user_id) DO UPDATE SET last_seq = notification_counters.last_seq + 1, unread = notification_counters.unread + 1
        RETURNING user_id, last_seq
      )
    INSERT INTO notifications (id, user_id, seq, type, data)
    SELECT told.id, user_id, last_seq, 'task_assigned', '{"title":"From the bench"}' FROM told JOIN counted USING (user_id)
    RETURNING id, user_id, seq::float8 AS seq`;
  const publisher = new Redis(stack.stack.redisUrl, { enableAutoPipelining: true });
  const subscriber = new Redis(stack.stack.redisUrl);
  const log = createLogger({ level: "warn", service: "bench" });
  const bus = createEventBus({ publisher, subscriber, redisPrefix: stack.stack.redisPrefix, log });
  const now = new Date().toISOString();
  const events = rows.map(({ id, user_id: key, seq }) => ({
    topic: "user" as const,
    key,
    message: {
      type: "notification" as const,
      seq,
      notification: {
        id,
        type: "task_assigned" as const,
        data: { title: "From the bench" },
        created_at: now,
        read_at: null,
      },
    },
  }));
  bus.publish(events);
  return () => {
    publisher.disconnect();
    subscriber.disconnect();
  };
}

/** Seconds from the publishing of one event for each stream until the last one has come. */
async function spreadSeconds(stack: BenchStack, clients: EventClients, callers: readonly Caller[]): Promise<number> {
  const arrived = clients.nextOfEach('"type":"notification"');
  const start = performance.now();
  const close = await notifyAll(stack, callers);
  const last = await arrived;
  close();
  return (last - start) / 1_000;
}

async function measureTransport(bench: Bench, transport: Transport): Promise<Reading[]> {
  await using stack = await createBenchStack(bench);
  const count = Math.max(warmUpStreams, Math.round(mostStreams * bench.scale));
  const callers = await stack.insertCallers(count);
  const api: RunningTarget = await stack.startApi({ node: inspectable });
  const url = api.origin + transport.path;
  // Code and caches come with the first streams, and stay.
  const first = await openEventClients(url, callers.slice(0, warmUpStreams), '"type":"ready"');
  await first.close();
  const before = await settledBytes(api);
  const clients = await openEventClients(url, callers, '"type":"ready"');
  const after = await settledBytes(api);
  const seconds: number[] = [];
  for (let round = 0; round < bench.rounds; round += 1) seconds.push(await spreadSeconds(stack, clients, callers));
  await clients.close();
  return [
    reading({
      what: `${count} idle streams over ${transport.name}, memory of each`,
      ours: (after - before) / 1_024 / 1_024,
      beside: { name: "the process without them", value: before / 1_024 / 1_024 },
      unit: "MiB",
      result: (after - before) / 1_024 / count,
      resultUnit: "KiB",
      goal: { bound: "at_most", value: transport.mostKilobytes },
    }),
    reading({
      what: `one event for each of ${count} streams over ${transport.name}, until all have it`,
      ours: median(seconds),
      beside: { name: "slowest round", value: Math.max(...seconds) },
      unit: "s",
      result: median(seconds),
      resultUnit: "s",
      goal: { bound: "at_most", value: transport.mostSeconds },
    }),
  ];
}

/** Streams that are open and idle on one process: what they hold, and how soon an event for each has come. */
export async function measureStreams(bench: Bench): Promise<RowReport> {
  const readings: Reading[] = [];
  for (const transport of transports) readings.push(...(await measureTransport(bench, transport)));
  return {
    readings,
    notes: [
      "Each stream is of another user and on a connection of its own. Memory is the resident set of the process after its garbage was collected, with the streams less without them, once a hundred streams had come and gone.",
      "An event is a row and a message over Redis for each user, all published at once by another process, which also holds all the clients; counted from before the rows are written.",
    ],
  };
}
