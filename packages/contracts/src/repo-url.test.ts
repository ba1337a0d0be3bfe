import { describe, expect, test } from "vitest";
import { checkRepoUrl, repoHost, repoRef } from "./repo-url.ts";

describe("the address of a repository", () => {
  test.each([
    "https://github.com/example/todo.git",
    "https://github.com/example/todo",
    "https://GitHub.com:443/example/todo",
    "HTTPS://github.com/example/todo",
    "https://git.example.org:8443/~ada/todo.git",
    "https://xn--bcher-kva.example/todo",
  ])("may be %s", (text) => {
    expect(checkRepoUrl(text)).toBeUndefined();
  });

  test.each([
    ["http://github.com/a/b", "must begin with https://"],
    ["https:github.com/a/b", "must begin with https://"],
    ["https:evil.example/a/github.com", "must begin with https://"],
    ["https:///github.com/a/b", "must hold its host as it is, after two slashes"],
    ["https://@github.com/a/b", "must hold its host as it is, after two slashes"],
    ["https://:@github.com/a/b", "must hold its host as it is, after two slashes"],
    ["https://git%68ub.com/a/b", "must hold its host as it is, after two slashes"],
    ["https://github.com:/a/b", "must hold its host as it is, after two slashes"],
    ["https://github.com:0443/a/b", "must hold its host as it is, after two slashes"],
    ["https://ada:secret@github.com/a/b", "must hold no login: a token is set apart from it"],
    ["https://github.com@evil.example/a/b", "must hold no login: a token is set apart from it"],
    ["https://0x7f.1/a/b", "must name a host, not an address"],
    ["https://2130706433/a/b", "must name a host, not an address"],
    ["https://[::ffff:127.0.0.1]/a/b", "must name a host, not an address"],
    ["https://[fe80::1%25eth0]/a/b", "must be an address such as https://github.com/owner/name.git"],
    ["https://github.com./a/b", "must name a host of the internet"],
    ["https://localhost/a/b", "must name a host of the internet"],
    ["https://git.internal/a/b", "must name a host of the internet"],
    ["https://github.com/a/b?x", "must hold no query and no fragment"],
    ["https://github.com/", "must name a repository"],
    ["https://github.com/a/../b", "must hold a plain path"],
    ["https://github.com/a/%2e%2e/b", "must hold a plain path"],
    ["https://github.com/a//b", "must hold a plain path"],
    ["https://g\u0131thub.com/a/b", "must be an address without spaces, backslashes or control characters"],
    ["https://github.com\\@evil.example/a", "must be an address without spaces, backslashes or control characters"],
    [`https://github.com/${"a".repeat(2_000)}`, "must be at most 2000 characters"],
  ])("may not be %s", (text, message) => {
    expect(checkRepoUrl(text)).toBe(message);
  });

  test("has the same host however that is written", () => {
    expect(repoHost("https://GitHub.com:443/a/b")).toBe("github.com");
    expect(repoHost("https://git.example.org:8443/a")).toBe("git.example.org:8443");
  });
});

describe("a ref", () => {
  test.each(["main", "v1.2.0", "feature/a-b", "refs/heads/main", "a".repeat(255), "5f3c1d0b", "\u00e9t\u00e9"])(
    "may be %s",
    (text) => {
      expect(repoRef.safeParse(text).success).toBe(true);
    },
  );

  test.each([
    "",
    "-",
    "--upload-pack=touch",
    "@",
    "a b",
    "a\nb",
    "a\0b",
    "a..b",
    "a~1",
    "a^{tree}",
    "HEAD@{1}",
    "a:b",
    "/a",
    "a/",
    "a.",
    "a.lock",
    "a//b",
    ".a",
    "\ud800",
    "a".repeat(256),
  ])("may not be %j", (text) => {
    expect(repoRef.safeParse(text).success).toBe(false);
  });
});
