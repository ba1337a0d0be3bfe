import * as fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { encodeCursor, pageInput, toPage } from "./pagination.ts";

const input = z.strictObject(pageInput);
const cursors = fc.record({
  created_at: fc
    .date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  id: fc.uuid(),
});

test("a cursor comes back from its wire form as it was", () => {
  fc.assert(
    fc.property(cursors, (cursor) => {
      expect(input.parse({ cursor: encodeCursor(cursor) }).cursor).toEqual(cursor);
    }),
  );
});

test("whatever is no cursor of ours is refused and never throws", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      expect(input.safeParse({ cursor: text }).success).toBe(false);
    }),
  );
});

test("a page holds what was asked for, and a row too many becomes the next cursor", () => {
  const rows = [3, 2, 1].map((n) => ({
    id: `00000000-0000-7000-8000-00000000000${n}`,
    created_at: `2026-01-01T00:00:00.00${n}Z`,
  }));
  const page = toPage(rows, { limit: 2, offset: 4 });
  expect(page).toMatchObject({ items: rows.slice(0, 2), limit: 2, offset: 4, has_more: true });
  expect(input.parse({ cursor: page.next_cursor }).cursor).toEqual(rows[1]);
  expect(toPage(rows, { limit: 3, offset: 0 })).toMatchObject({ has_more: false, next_cursor: null });
});
