import { afterEach, beforeEach, vi } from "vitest";

// A warning nobody reads is a failure nobody sees: whatever is printed as an error or a warning fails its test.
const watched = ["error", "warn"] as const;
let printed: unknown[][] = [];

beforeEach(() => {
  printed = [];
  for (const method of watched) {
    vi.spyOn(console, method).mockImplementation((...parameters: unknown[]) => {
      printed.push([method, ...parameters]);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  if (printed.length > 0) throw new Error(`unexpectedly printed: ${JSON.stringify(printed)}`);
});
