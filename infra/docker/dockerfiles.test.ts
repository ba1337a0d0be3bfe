import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "#dev/env.ts";
import { configuredApps } from "#processes/app-variables.ts";
import { buildContext } from "./build-context.ts";
import { commandOf, readStages, stageNamed, textsOf } from "./dockerfile.ts";

async function readJson(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(repositoryRoot, file), "utf8")) as Record<string, unknown>;
}

test("there is a Dockerfile for each app that runs on servers", async () => {
  const files = await readdir(path.join(repositoryRoot, "infra", "docker"));
  const named = files.filter((file) => file.endsWith(".Dockerfile")).map((file) => file.replace(".Dockerfile", ""));
  expect(named.toSorted()).toEqual(configuredApps.toSorted());
});

describe.each(configuredApps)("the image of %s", async (app) => {
  const stages = await readStages(app);
  const image = stageNamed(stages, "");

  test("runs as a user that is not root, from the instruction before its own code is first run", () => {
    const keywords = image.instructions.map(({ keyword }) => keyword);
    const [user] = textsOf(image, "USER");
    expect(user).toBe("1000:1000");
    const firstOwn = image.instructions.findIndex(({ keyword, text }) => keyword === "RUN" && text.startsWith("node "));
    expect(keywords.indexOf("USER")).toBeLessThan(firstOwn);
  });

  test("says how it is ended and how its health is known", () => {
    expect(textsOf(image, "STOPSIGNAL")).toEqual(["SIGTERM"]);
    expect(commandOf(image, "HEALTHCHECK")[0]).toBe("node");
    expect(commandOf(image, "CMD")).toEqual(["node", `apps/${app}/src/main.ts`]);
  });

  test("is installed by the lockfile, with the pnpm of the workspace, and with what this app needs alone", async () => {
    const { packageManager } = await readJson("package.json");
    const installs = stages.flatMap((stage) => textsOf(stage, "RUN")).filter((text) => text.includes(" install"));
    const ofPnpm = installs.filter((text) => text.includes("pnpm@"));
    for (const text of ofPnpm) {
      expect(text).toContain(`npx -y ${String(packageManager)} `);
      expect(text).toContain("--frozen-lockfile");
    }
    expect(textsOf(stageNamed(stages, "app"), "RUN")[0]).toContain(
      `--filter-prod "@hivesync/${app}..." install --prod`,
    );
  });

  test("names what it is, and its version and revision when they are given", () => {
    const labels = textsOf(image, "LABEL").join(" ");
    for (const name of ["title", "description", "version", "revision"])
      expect(labels).toContain(`org.opencontainers.image.${name}=`);
  });
});

test("the programs for NVIDIA cards are of the version of node-llama-cpp that uses them", async () => {
  const { dependencies } = await readJson("packages/doc-writer/package.json");
  const own = await readJson("infra/docker/cuda/package.json");
  const { "node-llama-cpp": version } = dependencies as Record<string, string>;
  expect(own["dependencies"]).toEqual({ "@node-llama-cpp/linux-x64-cuda": version });
  const { packages } = await readJson("infra/docker/cuda/package-lock.json");
  const locked = (packages as Record<string, { version: string; integrity: string }>)[
    "node_modules/@node-llama-cpp/linux-x64-cuda"
  ];
  expect(locked).toMatchObject({ version, integrity: expect.stringMatching(/^sha512-/) });
});

describe("what goes to the builder", async () => {
  const files = await buildContext();

  test("is sources and what installs them, without tests", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "package.json",
        "pnpm-lock.yaml",
        "apps/api/src/main.ts",
        "packages/db/migrations/0001_initial.sql",
      ]),
    );
    expect(files.filter((file) => /\.test\.tsx?$|\/src\/testing\/|^\.|^docs\/|^examples\//.test(file))).toEqual([]);
  });

  test("holds no environment file and nothing that was built", () => {
    expect(files.filter((file) => /\.env|\/dist\/|node_modules|\.hivesync/.test(file))).toEqual([]);
  });
});
