import { errorTable } from "@hivesync/contracts/errors";

/** docs/errors.md, from the table of error codes. */
export function describeErrors(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
  );
  return `# Errors

Generated from \`packages/contracts/src/errors.ts\` by \`npx -y pnpm@12 docs:generate\`. Do not edit.

Every REST answer is an envelope; an error is \`{"ok":false,"data":null,"error":{"code","message","details"}}\`. Over tRPC the same
\`{code,message,details}\` stands in \`error.data\`. Codes are stable: branch on them, never on the message.

| code | HTTP status | message |
| --- | --- | --- |
${rows.join("\n")}

\`details\` of \`VALIDATION_ERROR\` is \`[{path, message}]\` with paths as \`files.3.path\`; of \`RATE_LIMITED\` \`{limit, remaining,
retry_after_seconds}\`; of \`QUOTA_EXCEEDED\` \`{quota, limit, requested}\`; of \`FILES_MISSING\` \`{missing: [{sha256, size, upload_url,
headers}], missing_total}\`, at most 1,000 at a time; of \`SERVICE_UNAVAILABLE\`, when \`health.deep\` says it, how each part is. \`RATE_LIMITED\` and \`SERVICE_UNAVAILABLE\` come with a \`Retry-After\` header.
`;
}
