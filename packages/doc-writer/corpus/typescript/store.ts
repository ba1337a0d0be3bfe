#!/usr/bin/env node
// SPDX-License-Identifier: MIT
"use strict";
import { EventEmitter } from "node:events";

/** Who may read an entry. Kept as it is. */
export type Access = "public" | "team";

export type Key<T> = keyof T & string;

export interface Entry<T extends object = object> extends Iterable<T> {
  readonly key: string;
  value: T;
  touch(at: Date, by?: string): void;
}

export enum Level {
  Low = 1,
  High,
}

export const enum Flag {
  A,
}

export function parse(text: string): number;
export function parse(text: string, radix: number): number;
export function parse(text: string, radix = 10): number {
  if (text.length === 0) throw new RangeError("empty");
  return Number.parseInt(text, radix);
}

function sealed(target: unknown): void {
  void target;
}

@sealed
export class Store<T extends object> extends EventEmitter implements Iterable<T> {
  #entries = new Map<string, T>();
  private hidden = 0;

  constructor(
    private readonly name: string,
    protected limit: number = 100,
  ) {
    super();
    this.hidden = limit;
  }

  static async open<T extends object>(
    name: string,
    { limit = 10, strict }: { limit?: number; strict?: boolean } = {},
    ...seeds: readonly T[]
  ): Promise<Store<T>> {
    const store = new Store<T>(name, limit);
    for (const seed of seeds) store.put(String(strict), seed);
    return store;
  }

  get size(): number {
    return this.#entries.size;
  }

  set size(value: number) {
    this.limit = value;
  }

  // @ts-expect-error the name of the key is checked elsewhere
  put(key: string, value: T): this {
    if (this.#entries.size >= this.limit) {
      throw new Error(`full: ${this.name}`);
    }
    this.#entries.set(key, value);
    return this;
  }

  find = <K extends string>(key: K, fallback?: T): T | undefined => this.#entries.get(key) ?? fallback;

  async *stream(batch: number): AsyncGenerator<T[], void, unknown> {
    function* inner(count: number) {
      yield count;
    }
    for (const count of inner(batch)) yield [...this.#entries.values()].slice(0, count);
  }

  *[Symbol.iterator](): Iterator<T> {
    yield* this.#entries.values();
  }

  #drop(key: string): boolean {
    return this.#entries.delete(key);
  }

  private tidy(): void {
    this.#drop("x");
  }
}

export const identity = <T,>(value: T): T => value;

export const later = async function (delayMs: number, { signal }: { signal?: AbortSignal }) {
  signal?.throwIfAborted();
  return await new Promise((resolve) => setTimeout(resolve, delayMs));
};

export const LIMIT = 10;

// eslint-disable-next-line func-style
export const curry = (first: number) => (second: number) => first + second;

export abstract class Shape {
  abstract area(scale: number): number;
  protected abstract edge(): number;
}

export namespace Geometry {
  export function distance(from: readonly [number, number], to: readonly [number, number]): number {
    return Math.hypot(to[0] - from[0], to[1] - from[1]);
  }
}

declare module "somewhere" {
  export function ambient(flag: boolean): void;
}

export default function main(argv: string[] = process.argv): asserts argv is [string, ...string[]] {
  try {
    throw new TypeError("caught below");
  } catch {
    if (argv.length === 0) throw new SyntaxError("no arguments");
  }
}

function helper(größe: number, 名前: string): string {
  return `${größe} /** not a comment */ ${名前}`;
}

export { helper as assist };
