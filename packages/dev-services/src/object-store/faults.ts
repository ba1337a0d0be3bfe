import { z } from "zod";

const faultSchema = z.strictObject({
  mode: z.enum(["down", "slow", "truncate", "error500"]),
  delayMs: z.number().int().nonnegative().optional(),
  method: z.string().optional(),
  keyPrefix: z.string().optional(),
  times: z.number().int().positive().optional(),
});

/**
 * How the store fails until told otherwise.
 * - `down`: the connection is cut without an answer.
 * - `slow`: the answer begins after `delayMs` (default 1000).
 * - `truncate`: a download is cut after half of its bytes; anything else is cut like `down`.
 * - `error500`: InternalError.
 *
 * `method` and `keyPrefix` narrow it down to some requests; after `times` requests it ends by itself.
 */
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** The switch of a running store. */
export interface Faults {
  readonly set: (fault: Fault) => void;
  readonly clear: () => void;
  /** The fault that this request meets, which counts as one of its times. */
  readonly take: (request: { readonly method: string; readonly key: string }) => Fault | undefined;
}

/** @throws Error that says what is wrong with it. */
export const parseFault = (text: string): Fault => {
  const parsed = faultSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
};

export const createFaults = (): Faults => {
  let current: Fault | undefined;
  let timesLeft = Number.POSITIVE_INFINITY;
  return {
    set: (fault) => {
      current = fault;
      timesLeft = fault.times ?? Number.POSITIVE_INFINITY;
    },
    clear: () => {
      current = undefined;
    },
    take: ({ method, key }) => {
      if (current === undefined || timesLeft === 0) return undefined;
      if (current.method !== undefined && current.method !== method) return undefined;
      if (current.keyPrefix !== undefined && !key.startsWith(current.keyPrefix)) return undefined;
      timesLeft -= 1;
      return current;
    },
  };
};
