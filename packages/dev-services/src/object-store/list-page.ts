/** Which keys a list asks for. */
export interface ListQuery {
  readonly prefix: string;
  /** Keys that share what lies before it, after the prefix, are given as one common prefix. Empty: none are. */
  readonly delimiter: string;
  /** Only keys behind this one. */
  readonly after: string | undefined;
  readonly maxKeys: number;
}

/** One page of a list. */
export interface ListPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** The last key that this page covers, when there are more. */
  readonly next: string | undefined;
}

const commonPrefixOf = (key: string, { prefix, delimiter }: ListQuery): string | undefined => {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
};

/** Cuts a page from all keys, which must be in the order of their UTF-8 bytes. */
export const listPage = (sortedKeys: readonly string[], query: ListQuery): ListPage => {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  const after = query.after === undefined ? undefined : Buffer.from(query.after);
  let last: string | undefined;
  for (const key of sortedKeys) {
    if (!key.startsWith(query.prefix)) continue;
    if (after !== undefined && Buffer.compare(Buffer.from(key), after) <= 0) continue;
    const common = commonPrefixOf(key, query);
    if (common === undefined || common !== commonPrefixes.at(-1)) {
      if (keys.length + commonPrefixes.length >= query.maxKeys) return { keys, commonPrefixes, next: last };
      if (common === undefined) keys.push(key);
      else commonPrefixes.push(common);
    }
    last = key;
  }
  return { keys, commonPrefixes, next: undefined };
};
