import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf } from "./network-of.ts";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["::FFFF:cb00:7107", "203.0.113.7"],
  ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::6", "2001:db8:0:0::/64"],
  ["2001:db8:1:2::203.0.113.7", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("%s counts as %s", (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

const group = fc.integer({ min: 0, max: 0xffff });
// The first is not 0, so that nothing here is an IPv4 address in another form.
const network = fc.tuple(fc.integer({ min: 1, max: 0xffff }), group, group, group);
const host = fc.tuple(group, group, group, group);
const hex = (groups: readonly number[]): string => groups.map((value) => value.toString(16)).join(":");

/** The same address as it may be written: with zeros before, in capitals, with zones, with its longest run of zeros left out. */
function waysToWrite(groups: readonly number[]): string[] {
  const plain = hex(groups);
  const padded = groups.map((value) => value.toString(16).padStart(4, "0")).join(":");
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  return [plain, padded, plain.toUpperCase(), short, `${short}%eth0`];
}

describe("of any IPv6 address", () => {
  test("the network is the same however the address is written, and whatever its last 64 bits are", () => {
    fc.assert(
      fc.property(network, host, host, (net, one, other) => {
        const written = [...waysToWrite([...net, ...one]), ...waysToWrite([...net, ...other])];
        expect(new Set(written.map(networkOf))).toEqual(new Set([`${hex(net)}::/64`]));
      }),
    );
  });

  test("another network counts for itself", () => {
    fc.assert(
      fc.property(network, network, host, (one, other, ends) => {
        fc.pre(hex(one) !== hex(other));
        expect(networkOf(hex([...one, ...ends]))).not.toBe(networkOf(hex([...other, ...ends])));
      }),
    );
  });
});

test("of any IPv4 address, each counts for itself, whichever way it came", () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const mapped = new URL(`http://[::ffff:${ip}]`).hostname.slice(1, -1);
      for (const written of [ip, `::ffff:${ip}`, mapped]) expect(networkOf(written)).toBe(ip);
    }),
  );
});
