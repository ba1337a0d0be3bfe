// A username after an @ that stands within no address, path or longer word: not `ada@example.com`, not `https://example.com/@ada`.
const mention = /(?<![\p{L}\p{N}._%+@/-])@(?<name>[A-Za-z0-9_-]{2,40})(?![\p{L}\p{N}_@-])/gu;

/** Looking for more would let one comment ask the database for thousands of users. */
const mostMentions = 50;

/** The usernames that a text mentions, in lower case, each once, the first fifty. */
export function mentionedNames(content: string): string[] {
  const names = new Set<string>();
  for (const { groups } of content.matchAll(mention)) {
    if (names.size === mostMentions) break;
    if (groups?.["name"] !== undefined) names.add(groups["name"].toLowerCase());
  }
  return [...names];
}
