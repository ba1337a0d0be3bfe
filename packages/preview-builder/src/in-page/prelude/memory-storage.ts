// What browsers give an origin, in UTF-16 units.
const mostUnits = 5 * 1024 * 1024;

/** Web Storage over a map. It keeps strings under names and also shows them as properties, hence the proxy. */
export function memoryStorage(items: Map<string, string>, onChange: () => void): Storage {
  const methods = {
    getItem: (name: unknown) => items.get(String(name)) ?? null,
    setItem: (name: unknown, value: unknown) => {
      const text = String(value);
      assertRoom(items, String(name), text);
      items.set(String(name), text);
      onChange();
    },
    removeItem: (name: unknown) => {
      if (items.delete(String(name))) onChange();
    },
    clear: () => {
      items.clear();
      onChange();
    },
    key: (index: number) => [...items.keys()][index] ?? null,
  };
  // Of the real prototype, so that it is an instance of Storage.
  return new Proxy(Object.create(Storage.prototype) as Storage, {
    get: (target, name) => {
      if (name === "length") return items.size;
      if (typeof name === "string" && Object.hasOwn(methods, name)) return Reflect.get(methods, name) as unknown;
      if (typeof name === "symbol" || (name in Storage.prototype && !items.has(name)))
        return Reflect.get(Storage.prototype, name, target) as unknown;
      return items.get(name);
    },
    set: (_, name, value) => {
      methods.setItem(String(name), value);
      return true;
    },
    deleteProperty: (_, name) => {
      methods.removeItem(String(name));
      return true;
    },
    has: (_, name) => name in Storage.prototype || items.has(String(name)),
    ownKeys: () => [...items.keys()],
    getOwnPropertyDescriptor: (_, name) =>
      items.has(String(name))
        ? { configurable: true, enumerable: true, writable: true, value: items.get(String(name)) }
        : undefined,
  });
}

function assertRoom(items: ReadonlyMap<string, string>, name: string, value: string): void {
  let units = name.length + value.length;
  for (const [other, text] of items) if (other !== name) units += other.length + text.length;
  if (units > mostUnits) {
    const message = `Failed to execute 'setItem' on 'Storage': Setting the value of '${name}' exceeded the quota.`;
    throw new DOMException(message, "QuotaExceededError");
  }
}
