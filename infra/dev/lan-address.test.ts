import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { findLanAddress } from "./lan-address.ts";

const ipv4 = (address: string, internal = false): NetworkInterfaceInfo[] => [
  { address, internal, family: "IPv4", netmask: "255.255.255.0", mac: "00:00:00:00:00:00", cidr: `${address}/24` },
];

test("a private address of a real interface wins over public ones, containers and tunnels", () => {
  const interfaces = {
    lo: ipv4("127.0.0.1", true),
    docker0: ipv4("172.17.0.1"),
    tailscale0: ipv4("100.64.0.7"),
    eth1: ipv4("203.0.113.9"),
    wlan0: ipv4("192.168.1.23"),
  };
  expect(findLanAddress(interfaces)).toBe("192.168.1.23");
});

test("with no better one, any address but loopback will do; with none, it says so", () => {
  expect(findLanAddress({ lo: ipv4("127.0.0.1", true), docker0: ipv4("172.17.0.1") })).toBe("172.17.0.1");
  expect(() => findLanAddress({ lo: ipv4("127.0.0.1", true) })).toThrow("start without --lan");
});
