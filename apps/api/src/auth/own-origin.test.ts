import { describe, expect, test } from "vitest";
import { isOwnOrigin } from "./own-origin.ts";

describe("the origin that clients see us at", () => {
  test.each([
    ["https://hivesync.example", "https://hivesync.example"],
    ["https://hivesync.example/", "https://hivesync.example"],
    ["https://hivesync.example/under/a/path", "https://hivesync.example"],
    ["https://hivesync.example:8443", "https://hivesync.example:8443"],
    ["http://192.168.1.7:4000", "http://192.168.1.7:4000"],
    ["http://localhost:4000", "http://127.0.0.1:4000"],
    ["http://localhost:4000", "http://[::1]:4000"],
    ["http://127.0.0.1:4000", "http://localhost:4000"],
    ["http://[::1]:4000", "http://localhost:4000"],
  ])("of %s is %s", (publicUrl, origin) => {
    expect(isOwnOrigin(origin, publicUrl)).toBe(true);
  });

  test.each([
    ["https://hivesync.example", ""],
    ["https://hivesync.example", "null"],
    ["https://hivesync.example", "http://hivesync.example"],
    ["https://hivesync.example", "https://hivesync.example:8443"],
    ["https://hivesync.example", "https://hivesync.example.evil.test"],
    ["https://hivesync.example", "https://a.hivesync.example"],
    ["https://hivesync.example", "https://hivesync.example/"],
    ["https://hivesync.example", "https://hivesync.example, https://evil.test"],
    ["https://hivesync.example", "http://localhost:4000"],
    ["http://localhost:4000", "http://localhost:4001"],
    ["http://localhost:4000", "https://localhost:4000"],
    ["http://localhost:4000", "http://127.0.0.1:4001"],
    ["http://localhost:4000", "http://127.0.0.2:4000"],
    ["http://localhost:4000", "http://localhost.evil.test:4000"],
    ["http://192.168.1.7:4000", "http://localhost:4000"],
  ])("of %s is not %j", (publicUrl, origin) => {
    expect(isOwnOrigin(origin, publicUrl)).toBe(false);
  });
});
