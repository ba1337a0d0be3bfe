/** The words of a name in camelCase, PascalCase, snake_case or kebab-case. Acronyms stay upper-case. */
export function nameWords(name: string): string[] {
  return name
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => (/^\p{Lu}{2,}s?$/u.test(word) && !isShout(name) ? word : word.toLowerCase()));
}

/** A name in capitals throughout, as constants have. */
function isShout(name: string): boolean {
  return name === name.toUpperCase() && name.length > 4;
}

const verbs = new Set(
  `accept acquire activate add adjust aggregate allocate allow analyze append apply archive assert assign attach authenticate authorize await
  begin bind block bootstrap broadcast build cache calculate call cancel capture cast change check choose clamp clean clear click clone close collapse
  collect combine commit compact compare compile complete compose compress compute configure confirm connect consume convert copy count create
  cut deactivate deallocate debounce decode decompress decrement decrypt deduplicate define delete deliver dequeue derive describe deserialize destroy detach
  detect determine disable discard disconnect dispatch display dispose distribute divide download drain draw drop dump emit enable encode encrypt end
  enqueue ensure enter enumerate erase escape estimate evaluate evict exclude execute exit expand expire export extend extract fail fetch fill filter
  finalize find finish fire fix flatten flip flush focus fold follow force format forward free freeze generate get give grant group grow guess handle hash hide
  highlight identify ignore import include increment index infer inherit init initialize inject insert inspect install instantiate intersect invalidate invert invoke
  issue iterate join jump keep kill launch leave lend limit list listen load lock log login logout look lookup make map mark mask match measure memoize merge
  migrate minify mix mount move multiply mutate navigate negate normalize notify observe obtain offer open order override pack pad paint parse partition
  pass paste patch pause peek perform persist pick ping place play poll pop populate post predict prefetch prepare prepend preserve prettify prevent print
  process produce prompt propagate prove provide prune publish pull purge push put query queue quit quote raise random read rebuild receive recompute reconnect record
  recover redirect redo reduce refresh register reject release reload remove rename render reorder repair repeat replace reply report request require reserve reset
  resize resolve respond restart restore resume retain retrieve retry return reuse reverse revert revoke rewind rewrite roll rotate round route run sample sanitize save
  scale scan schedule scroll search seek select send serialize serve set setup shift show shuffle shutdown shrink sign simplify skip sleep slice sort spawn split
  start stop store stream strip submit subscribe substitute subtract sum summarize suspend swap switch sync synchronize tag take teardown terminate test throttle throw
  toggle tokenize touch trace track train transfer transform translate traverse trigger trim truncate try turn unbind uncompress undo unescape uninstall unlock unmount unpack
  unregister unset unsubscribe unwrap unzip update upgrade upload upsert use validate verify visit wait walk warn watch wrap write yield zip`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

export function isVerb(word: string): boolean {
  return verbs.has(word);
}

/** `get` -> `gets`, `try` -> `tries`, `fetch` -> `fetches`. */
export function thirdPerson(verb: string): string {
  if (verb === "setup") return "sets up";
  if (/(?:[sxz]|[cs]h|o)$/.test(verb)) return `${verb}es`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`;
  return `${verb}s`;
}

/** `a, b and c`; from the ninth on they are counted. */
export function listed(items: readonly string[], most = 8): string {
  const shown = items.length > most ? items.slice(0, most) : items;
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${String(rest)} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}
