import { networkInterfaces } from "node:os";

/** Interfaces of containers, virtual machines and tunnels: a phone does not reach them. */
const virtualName = /^(docker|br-|veth|virbr|vmnet|vbox|utun|tun|tap|wg|tailscale|zt|cni|flannel)/i;
/** The private ranges of RFC 1918, which home and office networks use. */
const privateAddress = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/**
 * The IPv4 address by which others on the network most likely reach this machine.
 *
 * @throws Error when it is on no network.
 */
export function findLanAddress(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): string {
  const candidates = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => ({
        address,
        rank: (virtualName.test(name) ? 2 : 0) + (privateAddress.test(address) ? 0 : 1),
      })),
  );
  const [best] = candidates.sort((one, other) => one.rank - other.rank);
  if (!best) throw new Error("This machine is on no network, so no phone can reach it: start without --lan.");
  return best.address;
}
