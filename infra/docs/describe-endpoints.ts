import type { Access } from "@hivesync/contracts/access";
import { api } from "@hivesync/contracts/api";
import { parseRest, type Endpoint, type RateKey } from "@hivesync/contracts/endpoint";
import {
  generalCallsPerMinute,
  loginFailures,
  registrationsPerHour,
  tierLimits,
  tiers,
} from "@hivesync/contracts/tiers";

function describeAccess(access: Access): string {
  switch (access.kind) {
    case "public":
      return "anyone";
    case "user":
      return "signed in";
    case "site":
      return "site admin";
    case "worker":
      return "worker signature";
    case "role":
      return access.minimum.toLowerCase();
    case "role_or_preview":
      return `${access.minimum.toLowerCase()}, or the preview's token`;
  }
}

const limitWords: Readonly<Record<RateKey, string>> = {
  none: "",
  general: `${generalCallsPerMinute} a minute`,
  login: `${loginFailures.perAccountAndAddress} failures of an account at an address in ${loginFailures.windowSeconds / 60} minutes`,
  register: `${registrationsPerHour} an hour and address`,
  preview_request: `by tier, ${tiers.map((tier) => `${tierLimits[tier].previewsPerMinute} (${tier})`).join(", ")} a minute`,
};

function describeFields(endpoint: Endpoint): string {
  const { parameters } = parseRest(endpoint.rest);
  const fields = Object.entries(endpoint.input.shape)
    .filter(([field]) => !parameters.includes(field))
    .map(([field, schema]) => (schema.safeParse(undefined).success ? `${field}?` : field));
  return fields.length === 0 ? "" : `\`${fields.join(", ")}\``;
}

function describeEndpoint(resource: string, name: string, endpoint: Endpoint): string {
  const trpc = `\`${resource}.${name}\`${endpoint.kind === "callback" ? ", REST only" : ""}`;
  const errors = endpoint.errors.map((code) => `\`${code}\``).join(", ");
  const cells = [
    `\`${endpoint.rest}\``,
    trpc,
    describeAccess(endpoint.access),
    describeFields(endpoint),
    errors,
    limitWords[endpoint.rate],
    endpoint.summary,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** docs/endpoints.md, from the contract: every endpoint there is. */
export function describeEndpoints(): string {
  const sections = Object.entries(api).map(([resource, endpoints]) => {
    const rows = Object.entries<Endpoint>(endpoints).map(([name, endpoint]) =>
      describeEndpoint(resource, name, endpoint),
    );
    return `## ${resource}\n\n| REST, under \`/api/v1\` | name, also over tRPC | who | input | errors of its own | limit | what it does |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Endpoints

Generated from \`packages/contracts/src/resources\` by \`npx -y pnpm@12 docs:generate\`. Do not edit.

The contract of \`projects.create\` is the key \`create\` in \`packages/contracts/src/resources/projects.ts\`; its code is
\`apps/api/src/resources/projects/create-project.ts\`, its test stands beside it. \`?\` marks what may be left out. Besides the errors
named, any endpoint can answer \`VALIDATION_ERROR\`, \`PAYLOAD_TOO_LARGE\`, \`UNSUPPORTED_MEDIA_TYPE\`, \`SERVICE_UNAVAILABLE\` and
\`INTERNAL_ERROR\`; those that ask for more than nobody \`AUTH_INVALID\` and \`AUTH_EXPIRED\`; those with a role \`NOT_FOUND\` and
\`FORBIDDEN\`; counted ones \`RATE_LIMITED\`; a wrong method \`METHOD_NOT_ALLOWED\`.

Over tRPC the same names stand at \`/trpc\`: queries batch, 20 at most, mutations do not. \`/health\` and \`/health/deep\` stand at the root too.
A mutation of a signed-in user, except those of \`auth\`, takes an \`Idempotency-Key\` header of 16 to 128 characters: the same key and body
give the first answer again for a day, another body \`IDEMPOTENCY_MISMATCH\`, a call that is under way \`CONFLICT\`.

${sections.join("\n")}`;
}
