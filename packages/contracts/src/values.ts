import { z } from "zod";

/**
 * An id. Made as UUIDv7, accepted as any RFC 9562 UUID, so that an unknown id is NOT_FOUND and not a validation error. In lower case from here on,
 * as the database has it.
 */
export const id = z.uuid().toLowerCase();

/** An instant in UTC with milliseconds, `2026-11-22T10:00:00.000Z`. */
export const timestamp = z.iso.datetime({ precision: 3 });

/** What {@link sha256} looks like. */
export const sha256Pattern = /^[0-9a-f]{64}$/;

/** SHA-256 in lower-case hex. */
export const sha256 = z.string().regex(sha256Pattern, "64 lower-case hex digits");

// Postgres stores neither NUL nor half a surrogate pair; a caller learns it here and not from a failed write.
const storable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();
const storableMessage = "must be well-formed Unicode without NUL";

/** Free text of one to `max` UTF-16 units that the database can hold. */
export function text(max: number): z.ZodString {
  return z.string().min(1).max(max).refine(storable, storableMessage);
}

/** A one-line name: trimmed, one to `max` characters, no control characters. */
export function name(max: number): z.ZodString {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, "must not hold control characters")
    .refine(storable, storableMessage);
}

function isStorableJson(value: unknown, depth = 0): boolean {
  if (depth > 32) return false;
  if (typeof value === "string") return storable(value);
  // The database writes every digit of a number: 1e308 would take 309 bytes for five, and Infinity it does not know.
  if (typeof value === "number") return value === 0 || (Math.abs(value) < 1e21 && Math.abs(value) > 1e-21);
  if (Array.isArray(value)) return value.every((item) => isStorableJson(item, depth + 1));
  if (value !== null && typeof value === "object") {
    return Object.entries(value).every(([key, item]) => storable(key) && isStorableJson(item, depth + 1));
  }
  return true;
}

function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

const storableJsonMessage = "must be well-formed JSON without NUL or numbers beyond 1e21, at most 32 levels deep";

/** Any JSON that the database can hold. */
export const storableJson = z.unknown().refine((value) => isStorableJson(value), storableJsonMessage);

/** A caller's own JSON object: at most `maxBytes` as UTF-8 and 32 levels deep. */
export function jsonObject(maxBytes: number): z.ZodRecord<z.ZodString, z.ZodUnknown> {
  return (
    z
      .record(z.string(), z.unknown())
      // The size is not looked at when the depth is wrong: writing thousands of levels as text overflows the stack.
      .refine((value) => isStorableJson(value), {
        message: storableJsonMessage,
        abort: true,
      })
      .refine((value) => jsonBytes(value) <= maxBytes, `must be at most ${maxBytes} bytes as JSON`)
  );
}
