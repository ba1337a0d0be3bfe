import { isIPv6 } from "node:net";

const groupsOfNetwork = 4;

/** What one client has to itself: an IPv4 address whole, of an IPv6 address the /64, within which a client picks addresses at will. */
export function networkOf(ip: string): string {
  const plain = ip.split("%", 1)[0] ?? ip;
  if (!isIPv6(plain)) return ip;
  const mapped = /:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = plain.split("::", 2);
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => "0");
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.slice(0, groupsOfNetwork).join(":")}::/64`;
}
