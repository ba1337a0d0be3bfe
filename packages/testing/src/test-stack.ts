import { inject } from "vitest";
import type { SharedServices } from "./shared-services.ts";
import { createStack, type TestStack } from "./stack.ts";

export type { TestStack } from "./stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    hivesync: SharedServices;
  }
}

/**
 * Makes the stack of a test file, on the services of the global setup. Disposing drops the database.
 *
 * @example
 * const stack = await createTestStack();
 * afterAll(() => stack[Symbol.asyncDispose]());
 */
export function createTestStack(): Promise<TestStack> {
  return createStack(inject("hivesync"));
}
