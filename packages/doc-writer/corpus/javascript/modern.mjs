export class Point {
  static #count = 0;

  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
    Point.#count += 1;
  }

  static from([x, y]) {
    return new Point(x, y);
  }

  get length() {
    return Math.hypot(this.x, this.y);
  }

  async *walk(steps, { signal } = {}) {
    for (let step = 0; step < steps; step += 1) {
      signal?.throwIfAborted();
      yield new Point(this.x * step, this.y * step);
    }
  }

  'quoted name'(value) {
    return value;
  }
}

export const add = (a, b) => a + b,
  double = (n) => n * 2;

export function* range(start, end = start, step = 1) {
  if (step === 0) throw new RangeError('step');
  for (let at = start; at < end; at += step) yield at;
}

const local = () => {};

export default async (url, init) => {
  local();
  return fetch(url, init);
};

/**
 * Says hello. This one is good already.
 * @param {string} name who
 */
export function hello(name) {
  return `hello ${name}`;
}
