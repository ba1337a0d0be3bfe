import { api, type Api } from "@hivesync/contracts/api";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { tiers, type Tier, type TierLimits } from "@hivesync/contracts/tiers";
import { restPrefix } from "#rest.ts";

const count = new Intl.NumberFormat("en");

function bytes(size: number): string {
  return size % 1e9 === 0 ? `${count.format(size / 1e9)} GB` : `${count.format(size / 1e6)} MB`;
}

function duration(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

const rows: readonly [string, (limits: TierLimits) => string][] = [
  ["Previews a minute", ({ previewsPerMinute }) => count.format(previewsPerMinute)],
  ["Previews built at once; more wait", ({ previewsAtOnce }) => count.format(previewsAtOnce)],
  ["AI jobs a minute", ({ aiJobsPerMinute }) => count.format(aiJobsPerMinute)],
  ["AI jobs done at once; more wait", ({ aiJobsAtOnce }) => count.format(aiJobsAtOnce)],
  ["Files a preview", ({ maxFiles }) => count.format(maxFiles)],
  ["Bytes a preview", ({ maxBytes }) => bytes(maxBytes)],
  ["Build time", ({ buildSeconds }) => duration(buildSeconds)],
  ["Life of a preview", ({ previewLifetimeSeconds }) => duration(previewLifetimeSeconds)],
  ["Storage of a team, by its Owner's tier", ({ storageBytes }) => bytes(storageBytes)],
];

function limitsTable(limits: Readonly<Record<Tier, TierLimits>>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["", ...tiers]),
    line(["---", ...tiers.map(() => "---")]),
    ...rows.map(([label, cell]) => line([label, ...tiers.map((tier) => cell(limits[tier]))])),
  ].join("\n");
}

/** To where the docs page has an operation. */
function link(resource: keyof Api, { rest }: Endpoint): string {
  const { method, path } = parseRest(rest);
  const address = restPrefix + path;
  return `[\`${method} ${address}\`](#tag/${resource}/${method}${address})`;
}

/** What a newcomer reads first. */
export function introduction(limits: Readonly<Record<Tier, TierLimits>>): string {
  return `A folder of source code becomes a preview that opens in a browser or on a phone. Teams share projects, tasks and comments on the same API.

## Sign in

1. ${link("auth", api.auth.register)} with the example makes an account with a personal team; later it is ${link("auth", api.auth.login)}.
2. Take \`access_token\` out of the answer and send it as \`Authorization: Bearer …\`. On this page, paste it once under Authentication.
3. ${link("projects", api.projects.create)} makes a project; with its id, ${link("tasks", api.tasks.create)} makes a task.

An access token lives ten minutes. ${link("auth", api.auth.refresh)} trades the \`refresh_token\` for a new pair.

## Answers

Every answer is one envelope: \`{"ok": true, "data": …, "error": null}\`, or \`{"ok": false, "data": null, "error": {"code", "message", "details"}}\`. Branch on
\`code\`, never on the message. \`X-Request-Id\` names the call in our log. Times are UTC with milliseconds, as \`2026-11-22T10:00:00.000Z\`. A field that is not
known is refused. Event streams and \`/.well-known/jwks.json\` have no envelope.

## Lists

\`?limit=50&offset=0\` leafs through a list, newest first. To go deep, send \`next_cursor\` of a page as \`?cursor=\`: every page then costs the same.

## Repeating safely

A call that changes something takes an \`Idempotency-Key\`: sent again with the same key and body, it answers what it answered first and changes nothing.
\`ETag\`, \`If-None-Match\` and \`If-Match\` work as in HTTP: a read is cheap when nothing changed, and a change is refused when somebody else made one before.

## Limits

\`RateLimit-Limit\`, \`-Remaining\` and \`-Reset\` say how much is left of the limit that you are nearest to; after RATE_LIMITED, wait as long as \`Retry-After\` says.

${limitsTable(limits)}

## Other ways in

The same endpoints stand at \`/trpc\` under their names, as \`projects.create\`, typed end to end. The SDK and the command line use them.
`;
}
