import { afterEach, beforeEach, expect, vi } from "vitest";

// A warning nobody reads is a failure nobody sees: whatever is printed as an error or a warning fails its test.
beforeEach(() => {
  vi.spyOn(console, "error");
  vi.spyOn(console, "warn");
});

afterEach(() => {
  const printed = [...vi.mocked(console.error).mock.calls, ...vi.mocked(console.warn).mock.calls];
  vi.restoreAllMocks();
  expect(printed, "printed by console.error or console.warn").toEqual([]);
});
