import { api, type Api } from "@hivesync/contracts/api";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { resourceSummaries } from "@hivesync/contracts/resource-summaries";
import { accessWords, limitWords } from "@hivesync/contracts/words";

function describeFields(endpoint: Endpoint): string {
  const { parameters } = parseRest(endpoint.rest);
  const fields = Object.entries(endpoint.input.shape)
    .filter(([field]) => !parameters.includes(field))
    .map(([field, schema]) => (schema.safeParse(undefined).success ? `${field}?` : field));
  return fields.length === 0 ? "" : `\`${fields.join(", ")}\``;
}

const kindWords: Readonly<Record<Endpoint["kind"], string>> = {
  query: "",
  mutation: "",
  subscription: ", a stream",
  callback: ", REST only",
};

function describeEndpoint(resource: string, name: string, endpoint: Endpoint): string {
  const trpc = `\`${resource}.${name}\`${kindWords[endpoint.kind]}`;
  const errors = endpoint.errors.map((code) => `\`${code}\``).join(", ");
  const cells = [
    `\`${endpoint.rest}\``,
    trpc,
    accessWords(endpoint.access),
    describeFields(endpoint),
    errors,
    limitWords[endpoint.rate],
    endpoint.summary,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The lists that come whole where lines are asked for. */
function describeExports(): string {
  const exported = Object.values(api)
    .flatMap((endpoints) => Object.values<Endpoint>(endpoints))
    .filter((endpoint) => endpoint.exports !== undefined)
    .map(({ rest }) => `\`${rest}\``);
  return `With \`Accept: application/x-ndjson\` ${exported.join(" and ")} answers with every
row as a line of JSON, however many they are, and takes neither \`limit\` nor \`offset\`; when it cannot go on it is cut off and does not end.`;
}

/** docs/endpoints.md, from the contract: every endpoint there is. */
export function describeEndpoints(): string {
  const sections = Object.entries(api).map(([resource, endpoints]) => {
    const rows = Object.entries<Endpoint>(endpoints).map(([name, endpoint]) =>
      describeEndpoint(resource, name, endpoint),
    );
    return `## ${resource}\n\n${resourceSummaries[resource as keyof Api]}\n\n| REST, under \`/api/v1\` | name, also over tRPC | who | input | errors of its own | limit | what it does |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Endpoints

Generated from \`packages/contracts/src/resources\` by \`npx -y pnpm@12 docs:generate\`. Do not edit.

The contract of \`projects.create\` is the key \`create\` in \`packages/contracts/src/resources/projects.ts\`; its code is
\`apps/api/src/resources/projects/create-project.ts\`, its test stands beside it. \`?\` marks what may be left out. Besides the errors
named, any endpoint can answer \`VALIDATION_ERROR\`, \`PAYLOAD_TOO_LARGE\`, \`UNSUPPORTED_MEDIA_TYPE\`, \`SERVICE_UNAVAILABLE\` and
\`INTERNAL_ERROR\`; those that ask for more than nobody \`AUTH_INVALID\` and \`AUTH_EXPIRED\`; those with a role \`NOT_FOUND\` and
\`FORBIDDEN\`; counted ones \`RATE_LIMITED\`; a wrong method \`METHOD_NOT_ALLOWED\`.

With examples and a console to try them, all of this stands at \`/docs\` of a running API, and as OpenAPI 3.1 at \`/openapi.json\`.

Over tRPC the same names stand at \`/trpc\`: queries batch, 20 at most, mutations do not; a stream is a subscription there, and server-sent events over
REST. \`/health\` and \`/health/deep\` stand at the root too. A GET of one resource, and what changes it by PATCH, answer with an \`ETag\`;
\`If-None-Match\` and \`If-Match\` are honoured. ${describeExports()}
A mutation of a signed-in user, except those of \`auth\`, takes an \`Idempotency-Key\` header of 16 to 128 characters: the same key and body
give the first answer again for a day, another body \`IDEMPOTENCY_MISMATCH\`, a call that is under way \`CONFLICT\`.

${sections.join("\n")}`;
}
