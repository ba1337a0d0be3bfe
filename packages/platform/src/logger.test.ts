import { expect, test } from "vitest";
import { createLogger, type Logger } from "./logger.ts";

function capture(level: "debug" | "info" = "info"): { log: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createLogger({ level, service: "test", destination: { write: (line) => written.push(line) } });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test("a line is timestamp, severity, event_type and metadata, and nothing else", () => {
  const { log, lines } = capture();
  log.warn("disk_low", { free_bytes: 5 });
  expect(lines()).toEqual([
    {
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      severity: "WARNING",
      event_type: "disk_low",
      metadata: { service: "test", free_bytes: 5 },
    },
  ]);
});

test("what lies below the level is not written, and fields of `with` stand in every line", () => {
  const { log, lines } = capture();
  const child = log.with({ worker_id: "w1" });
  child.debug("quiet");
  child.info("loud");
  expect(lines().map(({ metadata }) => metadata)).toEqual([{ service: "test", worker_id: "w1" }]);
});

test("an error is written with its cause, and a secret in its message is not", () => {
  const { log, lines } = capture();
  log.error("failed", { error: new Error("connect postgres://api:hunter2@db", { cause: new Error("password=[x]") }) });
  const text = JSON.stringify(lines());
  expect(text).toContain("connect postgres://api:[redacted]@db");
  expect(text).toContain('"cause"');
});
