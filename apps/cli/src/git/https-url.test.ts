import { describe, expect, it } from "vitest";
import { isSameRepository, toHttpsUrl } from "./https-url.ts";

describe("The https address of a remote", () => {
  it.each([
    ["git@github.com:owner/name.git", "https://github.com/owner/name.git"],
    ["github.com:owner/name", "https://github.com/owner/name"],
    ["git@GitLab.com:/group/sub/name.git", "https://gitlab.com/group/sub/name.git"],
    ["ssh://git@codeberg.org/owner/name.git", "https://codeberg.org/owner/name.git"],
    ["ssh://git@git.example.com:2222/owner/name.git", "https://git.example.com/owner/name.git"],
    ["ssh://git@ssh.github.com:443/owner/name.git", "https://github.com/owner/name.git"],
    ["https://github.com/owner/name.git", "https://github.com/owner/name.git"],
    ["https://git.example.com:8443/owner/name", "https://git.example.com:8443/owner/name"],
  ])("of %s is %s", (address, url) => {
    expect(toHttpsUrl(address)).toEqual({ url, hadLogin: false });
  });

  it.each(["https://ada:secret@github.com/owner/name.git", "https://secret@github.com/owner/name.git"])(
    "of %s holds no login",
    (address) => {
      expect(toHttpsUrl(address)).toEqual({ url: "https://github.com/owner/name.git", hadLogin: true });
    },
  );

  it.each([
    "",
    "name",
    "/srv/git/name.git",
    "../name.git",
    "./a:b",
    "C:\\git\\name",
    "c:/git/name",
    "file:///srv/git/name.git",
    "http://github.com/owner/name.git",
    "git://github.com/owner/name.git",
    "ext::sh -c 'touch x'",
    "fd::17/name",
  ])("of %j is none", (address) => {
    expect(toHttpsUrl(address)).toBeUndefined();
  });
});

describe("Two addresses", () => {
  it("mean the same repository whatever stands behind the name and however the host is written", () => {
    expect(isSameRepository("https://GitHub.com/a/b.git", "https://github.com/a/b/")).toBe(true);
    expect(isSameRepository("https://github.com/a/b", "https://github.com/a/b.github")).toBe(false);
    expect(isSameRepository("https://github.com/a/b", "https://github.com:8443/a/b")).toBe(false);
  });
});
