/** A value that outlives a reload. */
export class Stored<Value> {
  readonly #key: string;
  readonly #storage: Storage;
  readonly #initial: Value;

  constructor(key: string, initial: Value, storage: Storage = localStorage) {
    this.#key = key;
    this.#initial = initial;
    this.#storage = storage;
  }

  get value(): Value {
    const text = this.#storage.getItem(this.#key);
    return text === null ? this.#initial : (JSON.parse(text) as Value);
  }

  set value(value: Value) {
    this.#storage.setItem(this.#key, JSON.stringify(value));
  }
}
