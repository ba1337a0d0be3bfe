import { pino, type DestinationStream } from "pino";
import { redactSecrets } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

type LogMethod = (eventType: string, metadata?: Readonly<Record<string, unknown>>) => void;

/** One JSON object a line: timestamp, severity, event_type, metadata (spec section 21.1). */
export type Logger = Record<LogLevel, LogMethod> & {
  /** The same log with fields added to every line's metadata. */
  with: (fields: Readonly<Record<string, unknown>>) => Logger;
};

const severities: Record<LogLevel, string> = { debug: "DEBUG", info: "INFO", warn: "WARNING", error: "ERROR" };

function describeError(error: Error): Record<string, unknown> {
  const cause = error.cause instanceof Error ? describeError(error.cause) : error.cause;
  return { name: error.name, message: error.message, stack: error.stack, ...(cause === undefined ? {} : { cause }) };
}

function plain(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, value instanceof Error ? describeError(value) : value]),
  );
}

/**
 * Makes the log of a process. Lines go to standard output, with secrets taken out (spec section 21.2).
 *
 * @example
 * const log = createLogger({ level: "info", service: "api" });
 * log.info("project_created", { project_id });
 */
export function createLogger(options: { level: LogLevel; service: string; destination?: DestinationStream }): Logger {
  const backend = pino(
    {
      level: options.level,
      base: null,
      messageKey: "event_type",
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ severity: severities[label as LogLevel] }) },
      hooks: { streamWrite: redactSecrets },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  const loggerWith = (fields: Readonly<Record<string, unknown>>): Logger => {
    const method =
      (level: LogLevel): LogMethod =>
      (eventType, metadata = {}) => {
        if (backend.isLevelEnabled(level)) backend[level]({ metadata: plain({ ...fields, ...metadata }) }, eventType);
      };
    return {
      debug: method("debug"),
      info: method("info"),
      warn: method("warn"),
      error: method("error"),
      with: (more) => loggerWith({ ...fields, ...more }),
    };
  };
  return loggerWith({ service: options.service });
}
