import { describe, expect, it } from "vitest";
import { createHiveSync } from "#index.ts";
import { parseBaseUrl } from "./base-url.ts";

describe("A baseUrl", () => {
  it.each([
    ["https://hivesync.example.com", "https://hivesync.example.com"],
    ["https://HiveSync.example.com:443/", "https://hivesync.example.com"],
    ["https://example.com/hivesync//", "https://example.com/hivesync"],
    ["http://localhost:4000", "http://localhost:4000"],
    ["http://api.localhost:4000/", "http://api.localhost:4000"],
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
    ["http://127.1:4000", "http://127.0.0.1:4000"],
    ["http://[::1]:4000", "http://[::1]:4000"],
  ])("%s is taken as %s", (given, taken) => {
    expect(parseBaseUrl(given)).toBe(taken);
  });

  it.each([
    "http://hivesync.example.com",
    "http://192.168.1.20:4000",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://0.0.0.0:4000",
    "http://[::2]:4000",
  ])("%s is refused, as tokens would travel readably", (given) => {
    expect(() => createHiveSync({ baseUrl: given })).toThrow(/must be https/u);
  });

  it.each([
    "",
    "hivesync.example.com",
    "ftp://example.com",
    "https://ada:secret@example.com",
    "https://example.com/?a=1",
  ])("%j is refused as no address of an API", (given) => {
    expect(() => createHiveSync({ baseUrl: given })).toThrow(TypeError);
  });
});
