import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { HostFailure } from "./git-failure.ts";
import { MirrorError } from "./mirror-error.ts";
import type { RemoteAccess } from "./remote.ts";

/** Where a repository is, once its host and every address of it were checked. */
export interface CheckedAddress {
  /** As git is told it: rebuilt from its parts, so that git reads just what was checked. */
  url: string;
  /** With the port when it is not 443. */
  host: string;
  /** For `http.curloptResolve`: git connects to these addresses and asks no resolver. Undefined when the host is a literal address. */
  pin: string | undefined;
}

const maxAddresses = 16;
const maxUrlLength = 2_048;

// Public by its number, and yet the host's own: the metadata service of Azure's machines.
const innerUnicast: ReadonlySet<string> = new Set(["168.63.129.16"]);

// What is handed out to the public (RFC 4291); all else is refused, whatever it may mean one day.
const publicIpv6 = ipaddr.IPv6.parseCIDR("2000::/3");
const wellKnownNat64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/** The IPv4 address that an IPv6 one of a mapped or NAT64 range stands for. */
function unpack(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (!address.match(wellKnownNat64)) return undefined;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address instanceof ipaddr.IPv4) return address.range() === "unicast" && !innerUnicast.has(address.toString());
  const inside = unpack(address);
  if (inside !== undefined) return isPublic(inside);
  return address.range() === "unicast" && address.match(publicIpv6);
}

/**
 * True when an address, however it is spelt, may be connected to: public unicast, and with `loopback` also 127.0.0.0/8
 * and ::1. Addresses that carry another one (mapped, NAT64) count as that one; tunnels (6to4, Teredo) are refused.
 */
export function isAllowedAddress(text: string, options: { loopback: boolean }): boolean {
  // A zone ("%eth0") makes sense for inner addresses only.
  if (!ipaddr.isValid(text) || text.includes("%")) return false;
  const address = ipaddr.parse(text);
  return isPublic(address) || (options.loopback && address.range() === "loopback");
}

function parseUrl(text: string): URL {
  const url = text.length <= maxUrlLength ? URL.parse(text) : null;
  if (url === null) throw new MirrorError("address_refused", "The repository's address is not a URL.");
  if (url.protocol !== "https:")
    throw new MirrorError("address_refused", "Only repositories at an https:// address can be mirrored.");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new MirrorError("address_refused", "The repository's address may hold no user, password, query or fragment.");
  return url;
}

const systemLookup = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

async function find(hostname: string, lookup: NonNullable<RemoteAccess["lookup"]>): Promise<string[]> {
  const addresses = await lookup(hostname).catch((cause: unknown) => {
    throw new HostFailure(`${hostname} could not be looked up`, { cause });
  });
  if (addresses.length === 0) throw new HostFailure(`${hostname} has no address`);
  return addresses;
}

/**
 * Checks a repository's address: its form, its host against the list, and every address that the host has. One bad
 * address among good ones refuses the host.
 *
 * @throws MirrorError `host_not_allowed` or `address_refused`; HostFailure when no address is found.
 */
export async function checkAddress(text: string, access: RemoteAccess): Promise<CheckedAddress> {
  const { host, hostname, port, pathname } = parseUrl(text);
  if (!access.hosts.includes(host))
    throw new MirrorError("host_not_allowed", `Repositories at ${host} are not mirrored here.`);
  const isLiteral = hostname.startsWith("[") || ipaddr.IPv4.isValid(hostname);
  const literal = hostname.replace(/^\[|\]$/g, "");
  const addresses = isLiteral ? [literal] : await find(hostname, access.lookup ?? systemLookup);
  const loopback = access.loopbackHosts?.includes(host) ?? false;
  if (!addresses.every((address) => isAllowedAddress(address, { loopback })))
    throw new MirrorError("address_refused", `${host} is at an address that is not public.`);
  // Spelt anew: what was checked and what is connected to are read alike.
  const spelt = addresses.slice(0, maxAddresses).map((address) => ipaddr.parse(address).toString());
  const listed = spelt.map((address) => (address.includes(":") ? `[${address}]` : address));
  const pin = isLiteral ? undefined : `${hostname}:${port === "" ? "443" : port}:${listed.join(",")}`;
  // Git quotes the address in its messages, which are read.
  return { url: `https://${host}${pathname.replaceAll("'", "%27")}`, host, pin };
}
