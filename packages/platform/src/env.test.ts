import { expect, test } from "vitest";
import { z } from "zod";
import { base64Secret, count, flag, port, readEnvironment, repoVariables } from "./env.ts";

const schema = z.object({ PORT: port, KEY: base64Secret, POOL: count.default(5), LOOSE: flag.default(false) });
const key = Buffer.alloc(32, 7).toString("base64");

test("text becomes what it stands for, and an empty variable is an absent one", () => {
  expect(readEnvironment(schema, { PORT: "0", KEY: key, POOL: "", LOOSE: "true" })).toEqual({
    PORT: 0,
    KEY: Buffer.alloc(32, 7),
    POOL: 5,
    LOOSE: true,
  });
});

test("one message names every variable that is wrong, and shows no value", () => {
  const read = () => readEnvironment(schema, { PORT: "70000", KEY: "c2hvcnQ=", POOL: "0", LOOSE: "yes" });
  expect(read).toThrow(/PORT[\s\S]*KEY[\s\S]*POOL[\s\S]*LOOSE/);
  expect(read).not.toThrow(/c2hvcnQ=/);
});

test("hosts of repositories are read as addresses spell them", () => {
  const { HIVESYNC_REPO_HOSTS } = repoVariables;
  const read = (text?: string) => HIVESYNC_REPO_HOSTS.safeParse(text).data;
  expect(read("GitHub.com:443, git.example.org:8443")).toEqual(["github.com", "git.example.org:8443"]);
  expect(read()).toContain("gitlab.com");
  expect(read("https://github.com")).toBeUndefined();
});
