import { redactSecrets } from "@hivesync/platform/redact";

const advice: readonly { pattern: RegExp; say: (directory: string) => string }[] = [
  {
    pattern: /ENOSPC|no space left on device|check free disk space/i,
    say: (directory) => `The disk that holds ${directory} is full. Make room on it and start again.`,
  },
  {
    pattern: /database files are incompatible with server/,
    say: (directory) =>
      `The data in ${directory}/postgres was made by another version of Postgres. Move ${directory} away (what is in it is lost to this version) and start again.`,
  },
  {
    pattern: /password authentication failed/,
    say: (directory) =>
      `The database does not take the password in ${directory}/secrets.json, so the two were not made together. Move ${directory} away and start again.`,
  },
];

/** The message of an error with those of its causes, deepest last, each once. */
function fullMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])].filter(
    (part) => part !== undefined,
  );
  const texts = [error.message, ...inner.map(fullMessage)].filter(Boolean);
  return texts.filter((text, index) => !texts.slice(0, index).some((earlier) => earlier.includes(text))).join("\n");
}

/** Says for people why the stack does not run, what to do where that is known, and no secret. */
export function explainFailure(error: unknown, directory: string): string {
  const message = redactSecrets(fullMessage(error));
  const known = advice.find(({ pattern }) => pattern.test(message));
  if (!known) return message;
  const evidence = message.split("\n").filter((line) => known.pattern.test(line));
  return [known.say(directory), ...evidence].join("\n");
}
