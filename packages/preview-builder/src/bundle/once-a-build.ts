/** Keeps what was made under a key. */
export function onceABuild(): <Value>(key: string, make: () => Value) => Value {
  const made = new Map<string, unknown>();
  return <Value>(key: string, make: () => Value): Value => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as Value;
  };
}
