import { isIPv6 } from "node:net";

const groupsOfNetwork = 4;

function toIPv4(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 0xff])
    .join(".");
}

/** What one client has to itself: an IPv4 address whole, of an IPv6 address the /64, within which a client picks addresses at will. */
export function networkOf(ip: string): string {
  const plain = ip.split("%", 1)[0] ?? ip;
  if (!isIPv6(plain)) return ip;
  // URLs have one way to write an address (RFC 5952), and no dots in it.
  const address = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  if (mapped) return toIPv4(mapped.slice(1));
  const [head = "", tail] = address.split("::", 2);
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, groupsOfNetwork).join(":")}::/64`;
}
