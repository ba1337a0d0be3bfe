import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { repositoryRoot } from "#dev/env.ts";
import { configuredApps, readVariables } from "#processes/app-variables.ts";

const read = (file: string): Promise<string> => readFile(path.join(repositoryRoot, file), "utf8");

/** The addresses of a page's headings, as they are made of their words. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .trim()
      .replaceAll(/\s+/g, "-"),
  );

interface Alert {
  alert: string;
  annotations: { runbook_url: string };
}

const operations = await read("docs/operations.md");

describe("the operations guide", () => {
  test("has a run-book for each alert, under the alert's name, and none for an alert that is not there", async () => {
    const { groups } = parse(await read("infra/observability/alerts.yaml")) as { groups: { rules: Alert[] }[] };
    const alerts = groups.flatMap(({ rules }) => rules);
    const runbooks = operations.slice(operations.indexOf("\n# Run-books"));
    const anchors = anchorsOf(runbooks).filter((anchor) => anchor !== "run-books");
    expect(alerts.map(({ annotations }) => annotations.runbook_url.split("#")[1] ?? "").toSorted()).toEqual(
      anchors.toSorted(),
    );
  });

  test("names only variables that a process reads", async () => {
    const known = (await Promise.all(configuredApps.map(readVariables))).flatMap(({ shape }) => Object.keys(shape));
    const passwords = ["API", "WORKER", "MAINTENANCE"].map((role) => `HIVESYNC_DATABASE_PASSWORD_${role}`);
    const named = new Set([...operations.matchAll(/HIVESYNC_\w+/g)].map(([name]) => name.replace(/_$/, "")));
    const unknown = [...named].filter((name) => ![...known, ...passwords].some((one) => one === name));
    // A beginning that several share, as in `HIVESYNC_S3_…`.
    expect(unknown.filter((name) => !known.some((one) => one.startsWith(`${name}_`)))).toEqual([]);
  });

  test("names only scripts that there are", async () => {
    const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
    const named = [...operations.matchAll(/(?:pnpm(?:@12)? |`)((?:db|storage|start|docs):[\w-]+)/g)].map(
      ([, name = ""]) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe.each(["docs/operations.md", "docs/security.md", "docs/configuration.md"])("%s", async (page) => {
  const text = await read(page);
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !link.startsWith("http"));

  test("links only to what is there", async () => {
    const broken: string[] = [];
    for (const link of links) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : path.join(path.dirname(page), file);
      const isThere = existsSync(path.join(repositoryRoot, target));
      if (!isThere || (anchor !== undefined && !anchorsOf(await read(target)).includes(anchor))) broken.push(link);
    }
    expect(broken).toEqual([]);
  });

  test("names only files that are there", () => {
    const named = [...text.matchAll(/`((?:infra|apps|packages|docs)\/[\w./-]+\.\w+)`/g)].map(([, file = ""]) => file);
    expect(
      named.filter((file) => !existsSync(path.join(repositoryRoot, file)) && !file.includes("admin-console/dist")),
    ).toEqual([]);
  });
});
