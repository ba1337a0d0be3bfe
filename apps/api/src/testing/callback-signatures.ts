import { createHmac } from "node:crypto";
import { signCallback } from "@hivesync/platform/callback-signature";
import { newId } from "@hivesync/platform/ids";
import type { TestApi } from "./start-test-api.ts";

/** A signature as made at another time, by the rules of Standard Webhooks and not by our own code. */
function signAt(raw: string, secret: string, secondsFromNow: number): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) + secondsFromNow);
  const hmac = createHmac("sha256", Buffer.from(secret, "base64")).update(`msg_1.${timestamp}.${raw}`);
  return {
    "webhook-id": "msg_1",
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${hmac.digest("base64")}`,
  };
}

function flipBit(text: string, index: number): string {
  const bytes = Buffer.from(text);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString("latin1");
}

/** A way in which a callback's signature can be wrong: its name, the body, the headers. */
type SignatureCase = [string, string, Record<string, string>];

/** A body with a signature of four minutes ago, which is still good: the refusals of the others mean something by it. */
export function olderSignature(api: TestApi): { raw: string; headers: Record<string, string> } {
  const raw = JSON.stringify({ job_id: newId(), status: "FAIL", error: "x" });
  return { raw, headers: signAt(raw, api.stack.workerSecret, -240) };
}

/** The ways in which a signature can be wrong; each callback address refuses all of them, before it reads anything. */
export function wrongSignatures(api: TestApi): SignatureCase[] {
  const raw = JSON.stringify({ job_id: newId(), status: "FAIL", error: "x" });
  const secret = api.stack.workerSecret;
  const good = { ...signCallback(raw, secret) };
  const stranger = Buffer.alloc(32, 1).toString("base64");
  const { "webhook-id": _id, ...withoutId } = good;
  const { "webhook-timestamp": timestamp, ...withoutTimestamp } = good;
  const { "webhook-signature": signature, ...withoutSignature } = good;
  return [
    ["none", raw, {}],
    ["no id", raw, withoutId],
    ["no timestamp", raw, withoutTimestamp],
    ["no signature", raw, withoutSignature],
    ["an unknown secret's", raw, { ...signCallback(raw, stranger) }],
    ["an old one", raw, signAt(raw, secret, -360)],
    ["one of the future", raw, signAt(raw, secret, 360)],
    ["a good one under a later time", raw, { ...good, "webhook-timestamp": String(Number(timestamp) + 1) }],
    ["a good one under another id", raw, { ...good, "webhook-id": `msg_${newId()}` }],
    ["another body's", raw.replace("FAIL", "SUCCESS"), good],
    ["a good one over a body with one bit changed", flipBit(raw, raw.length - 3), good],
    ["one with one bit changed", raw, { ...good, "webhook-signature": flipBit(signature, 20) }],
    ["an empty one", raw, { ...good, "webhook-signature": "v1," }],
    ["one of another version", raw, { ...good, "webhook-signature": signature.replace("v1", "v2") }],
    ["a good one over a body that cannot be read", "{", good],
  ];
}
