import { describe, expect, it } from "vitest";
import { untilOf } from "./describe-preview.ts";

describe("untilOf", () => {
  // Without a zone, as the machine's clock shows them.
  const now = Date.parse("2026-03-09T10:15:00");
  const until = (localTime: string) => untilOf(new Date(localTime).toISOString(), now);

  it("is a time of today, and has its date on another day", () => {
    expect(until("2026-03-09T11:05:00")).toBe("11:05");
    expect(until("2026-03-10T10:14:00")).toBe("2026-03-10 10:14");
  });
});
