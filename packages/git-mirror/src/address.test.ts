import { expect, test } from "vitest";
import { checkAddress, isAllowedAddress } from "./address.ts";

const access = { hosts: ["git.example.org", "git.example.org:8443", "[2606:50c0:8000::64]", "127.0.0.1:8443"] };
const at = (...addresses: string[]) => ({ ...access, lookup: () => Promise.resolve(addresses) });

test.each([
  ["the host itself", "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"],
  [
    "a private network",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
  ],
  ["the same link", "169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1"],
  ["a cloud's metadata", "169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"],
  ["a carrier's network", "100.64.0.1", "100.127.255.255"],
  ["nobody, or many", "255.255.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "ff02::1"],
  ["documentation and tests", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  ["an IPv4 address mapped into IPv6", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::ffff:a9fe:a9fe"],
  ["an IPv4 address in NAT64", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "64:ff9b::a83f:8110"],
  ["an IPv4 address in IPv6, of old", "::127.0.0.1", "::a00:1", "::808:808", "::ffff:0:8.8.8.8"],
  ["a tunnel", "2002:7f00:1::1", "2002:808:808::1", "2001:0:1::1", "192.88.99.1"],
  ["what is given to nobody yet", "4000::1", "5f00::1", "100::1", "8000::1"],
  ["no address at all", "", "git.example.org", "1.2.3.4.5", "::g", "256.1.1.1"],
  ["loopback by other spellings", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0:0:0:0:0:0:0:1"],
])("an address of %s is refused", (_, ...addresses) => {
  expect(addresses.filter((address) => isAllowedAddress(address, { loopback: false }))).toEqual([]);
});

test("public addresses are taken, also those that NAT64 or a mapping carries", () => {
  const addresses = ["140.82.121.3", "8.8.8.8", "2606:50c0:8000::64", "64:ff9b::8c52:7903", "::ffff:140.82.121.3"];
  expect(addresses.filter((address) => isAllowedAddress(address, { loopback: false }))).toEqual(addresses);
});

test("loopback is taken only where it is asked for, and then nothing else that is not public", () => {
  const addresses = ["127.0.0.1", "127.0.0.2", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"];
  expect(addresses.filter((address) => isAllowedAddress(address, { loopback: true }))).toEqual([
    "127.0.0.1",
    "127.0.0.2",
    "::1",
  ]);
});

test("what was checked is what git is told: the URL anew from its parts, every address, no name to resolve", async () => {
  const lookup = at("140.82.121.3", "2606:50c0:8000:0::64");
  expect(await checkAddress("https://GIT.example.org:443/a/../team's/app.git", lookup)).toEqual({
    url: "https://git.example.org/team%27s/app.git",
    host: "git.example.org",
    pin: "git.example.org:443:140.82.121.3,[2606:50c0:8000::64]",
  });
  expect(await checkAddress("https://git.example.org:8443/app", lookup)).toMatchObject({
    host: "git.example.org:8443",
    pin: "git.example.org:8443:140.82.121.3,[2606:50c0:8000::64]",
  });
  // An old spelling that programs read in different ways.
  expect(await checkAddress("https://git.example.org/app", at("8.8.010.8"))).toMatchObject({
    pin: "git.example.org:443:8.8.8.8",
  });
});

test.each([
  ["https://example.org/app"],
  ["https://git.example.org:444/app"],
  ["https://git.example.org./app"],
  ["https://sub.git.example.org/app"],
  ["https://git.example.org.evil.test/app"],
  ["https://140.82.121.3/app"],
])("a host that is not on the list is refused: %s", async (url) => {
  await expect(checkAddress(url, at("8.8.8.8"))).rejects.toMatchObject({ reason: "host_not_allowed" });
});

test.each([
  ["http://git.example.org/app"],
  ["git://git.example.org/app"],
  ["ssh://git@git.example.org/app"],
  ["file:///etc"],
  ["git@git.example.org:team/app"],
  ["ext::sh -c id"],
  ["--upload-pack=id"],
  ["https://user@git.example.org/app"],
  ["https://user:word@git.example.org/app"],
  ["https://git.example.org/app?x=1"],
  ["https://git.example.org/app#x"],
  [""],
])("an address of another form is refused: %s", async (url) => {
  await expect(checkAddress(url, at("8.8.8.8"))).rejects.toMatchObject({ reason: "address_refused" });
});

test("an address of endless length is refused", async () => {
  const url = `https://git.example.org/${"a".repeat(3_000)}`;
  await expect(checkAddress(url, at("8.8.8.8"))).rejects.toMatchObject({ reason: "address_refused" });
});

test("one inner address among good ones refuses the host", async () => {
  for (const bad of ["127.0.0.1", "10.0.0.1", "::ffff:169.254.169.254"])
    await expect(checkAddress("https://git.example.org/app", at("140.82.121.3", bad, "8.8.8.8"))).rejects.toMatchObject(
      { reason: "address_refused" },
    );
});

test("a literal address on the list is checked like any other", async () => {
  await expect(checkAddress("https://127.0.0.1:8443/app", access)).rejects.toMatchObject({ reason: "address_refused" });
  await expect(checkAddress("https://0x7f000001:8443/app", access)).rejects.toMatchObject({
    reason: "address_refused",
  });
  expect(await checkAddress("https://[2606:50c0:8000::64]/app", access)).toMatchObject({ pin: undefined });
});

test("a name without an address may have one later", async () => {
  const refusal: unknown = await checkAddress("https://git.example.org/app", at()).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).not.toHaveProperty("reason");
});
