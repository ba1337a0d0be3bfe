/** Gives the page in-memory storage and cookies where the frame's sandbox denies the real ones. */
export function guardStorage(): void {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    if (!isDenied(() => window[name])) continue;
    Object.defineProperty(window, name, { configurable: true, value: memoryStorage() });
  }
  if (isDenied(() => document.cookie)) {
    const jar = new Map<string, string>();
    Object.defineProperty(document, "cookie", {
      configurable: true,
      get: () => [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
      set: (cookie: string) => {
        const [name = "", ...value] = (cookie.split(";")[0] ?? "").split("=");
        jar.set(name.trim(), value.join("=").trim());
      },
    });
  }
}

function isDenied(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch {
    return true;
  }
}

/** Web Storage keeps strings under names and also shows them as properties, hence the proxy. */
function memoryStorage(): Storage {
  const items = new Map<string, string>();
  const methods = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: unknown) => void items.set(name, String(value)),
    removeItem: (name: string) => void items.delete(name),
    clear: () => items.clear(),
    key: (index: number) => [...items.keys()][index] ?? null,
  };
  return new Proxy(methods as unknown as Storage, {
    get: (target, name) => {
      if (name === "length") return items.size;
      if (typeof name === "symbol" || name in methods) return Reflect.get(target, name) as unknown;
      return items.get(name);
    },
    set: (_, name, value) => {
      items.set(String(name), String(value));
      return true;
    },
    deleteProperty: (_, name) => {
      items.delete(String(name));
      return true;
    },
    has: (_, name) => name in methods || items.has(String(name)),
    ownKeys: () => [...items.keys()],
    getOwnPropertyDescriptor: (_, name) =>
      items.has(String(name))
        ? { configurable: true, enumerable: true, writable: true, value: items.get(String(name)) }
        : undefined,
  });
}
