import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { isSignedCallback, signCallback } from "./callback-signature.ts";

const [secret, next, strange] = [1, 2, 3].map(() => randomBytes(32).toString("base64")) as [string, string, string];
const body = '{"job_id":"1"}';
const bytes = Buffer.from(body);
const headers = { ...signCallback(body, secret) };

test("a signature of any of the accepted secrets is good, so that secrets can be rotated", () => {
  expect(isSignedCallback(bytes, headers, [secret])).toBe(true);
  expect(isSignedCallback(bytes, headers, [next, secret])).toBe(true);
});

test("another secret, another body, another id, no header at all: not signed", () => {
  expect(isSignedCallback(bytes, headers, [strange])).toBe(false);
  expect(isSignedCallback(Buffer.from(`${body} `), headers, [secret])).toBe(false);
  expect(isSignedCallback(bytes, { ...headers, "webhook-id": "msg_other" }, [secret])).toBe(false);
  expect(isSignedCallback(bytes, {}, [secret])).toBe(false);
  expect(isSignedCallback(bytes, { ...headers, "webhook-signature": ["a", "b"] }, [secret])).toBe(false);
});

test.each([-6 * 60, 6 * 60])("a timestamp %i seconds from now is outside the window", (seconds) => {
  const timestamp = String(Number(headers["webhook-timestamp"]) + seconds);
  expect(isSignedCallback(bytes, { ...headers, "webhook-timestamp": timestamp }, [secret])).toBe(false);
});
