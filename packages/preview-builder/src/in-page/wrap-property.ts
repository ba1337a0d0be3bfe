interface Descriptor {
  readonly set?: ((value: unknown) => void) | undefined;
}

/** Lets what is set to a property of a prototype be changed before. Nothing happens where there is no such setter. */
export function wrapSetter(prototype: object, name: string, change: (value: unknown) => unknown): void {
  const descriptor: Descriptor | undefined = Object.getOwnPropertyDescriptor(prototype, name);
  const set = descriptor?.set;
  if (set === undefined) return;
  Object.defineProperty(prototype, name, {
    ...descriptor,
    set(this: unknown, value: unknown) {
      Reflect.apply(set, this, [change(value)]);
    },
  });
}

/** The same for what a method is called with; `change` is also told on what. */
export function wrapMethod(
  prototype: object,
  name: string,
  change: (values: readonly unknown[], target: unknown) => unknown[],
): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const method: unknown = descriptor?.value;
  if (typeof method !== "function") return;
  Object.defineProperty(prototype, name, {
    ...descriptor,
    value: new Proxy(method, {
      apply: (target, owner, values: readonly unknown[]): unknown =>
        Reflect.apply(target, owner, change(values, owner)),
    }),
  });
}
