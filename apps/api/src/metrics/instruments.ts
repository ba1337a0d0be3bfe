import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const jobSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800];
const ofJob = ["kind", "tier", "result"] as const;

/** What is counted as it happens. */
function createCounts(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from a request's headers to the end of its answer. Streams are not in it. The route of a tRPC call is its procedure; calls of a batch count one by one.",
      labelNames: ["method", "route", "status"],
      buckets: requestSeconds,
      registers,
    }),
    jobsEnded: new Counter({
      name: "hivesync_jobs_ended_total",
      help: "Jobs that came to an end through this process.",
      labelNames: ofJob,
      registers,
    }),
    jobWaits: new Histogram({
      name: "hivesync_job_wait_seconds",
      help: "Time from the request for a job to its last start. Jobs that ended before they began are not in it.",
      labelNames: ofJob,
      buckets: jobSeconds,
      registers,
    }),
    jobRuns: new Histogram({
      name: "hivesync_job_run_seconds",
      help: "Time from a job's last start to its end.",
      labelNames: ofJob,
      buckets: jobSeconds,
      registers,
    }),
    refusedCallbacks: new Counter({
      name: "hivesync_callbacks_refused_total",
      help: "Callbacks of workers that were refused, by what was wrong with them.",
      labelNames: ["reason"],
      registers,
    }),
    limitedCalls: new Counter({
      name: "hivesync_rate_limited_calls_total",
      help: "Calls that a limit refused, by the limit.",
      labelNames: ["action"],
      registers,
    }),
    connectionFailures: new Counter({
      name: "hivesync_database_connection_failures_total",
      help: "Connections of this process to the database that failed or were given up.",
      registers,
    }),
  };
}

/** What is read when it is asked for. A gauge without a value says that nobody knows it now. */
function createGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  return {
    build: gauge("hivesync_build_info", "1, with the version that runs.", ["version"]),
    dependencies: gauge("hivesync_dependency_up", "Whether database, redis and storage work: 1 or 0.", ["dependency"]),
    queueJobs: gauge(
      "hivesync_queue_jobs",
      "Jobs in a queue: waiting, active, delayed, and undispatched, which wait for their user's turn.",
      ["queue", "state"],
    ),
    queueAge: gauge(
      "hivesync_queue_oldest_waiting_seconds",
      "Age of the oldest job that has not begun; 0 when none waits.",
      ["queue"],
    ),
    queueTarget: gauge(
      "hivesync_queue_target_wait_seconds",
      "How long a job should wait at most, by the queue's scaling rule.",
      ["queue"],
    ),
    queuePaused: gauge("hivesync_queue_paused", "Whether the queue's scaling rule pauses it: 1 or 0.", ["queue"]),
    queueWorkers: gauge("hivesync_queue_workers", "Workers alive that take from the queue.", ["queue"]),
    desiredWorkers: gauge("hivesync_desired_workers", "Workers that the queue's scaling rule asks for.", ["queue"]),
    workers: gauge("hivesync_workers", "Workers that are alive.", ["kind"]),
    streams: gauge("hivesync_open_streams", "Event streams and exports that are open on this process.", ["endpoint"]),
    connections: gauge(
      "hivesync_database_connections",
      "Connections of this process to the database: open, and of these busy with a query, which is not known over TLS.",
      ["state"],
    ),
    poolSize: gauge("hivesync_database_pool_size", "The most connections that this process opens to the database."),
  };
}

/** Makes all that is measured, in a registry of its own. */
export function createInstruments() {
  const registry = new Registry();
  // The process and its event loop.
  collectDefaultMetrics({ register: registry });
  return { registry, counts: createCounts(registry), gauges: createGauges(registry) };
}
export type Instruments = ReturnType<typeof createInstruments>;
export type Gauges = Instruments["gauges"];
