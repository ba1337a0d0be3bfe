import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "#dev/env.ts";
import { readVariables, type ConfiguredApp } from "#processes/app-variables.ts";
import { readStages, stageNamed, variablesOf } from "./dockerfile.ts";
import { readCompose, readExample, variablesIn, type Service } from "./read-compose.ts";

const isKey = (name: string): boolean => /_(KEY|SECRETS)$/.test(name);
const optional = /^HIVESYNC_(CORS_ORIGINS|TRUSTED_PROXIES)$/;
const example = await readExample((name) =>
  optional.test(name) ? "" : randomBytes(32).toString(isKey(name) ? "base64" : "hex"),
);
const { services, text } = await readCompose(example);
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);
const apps = ours.filter(([name]) => ["api", "worker-cpu", "worker-gpu"].includes(name));
const rows = apps.map(([name, service]) => ({ app: name as ConfiguredApp, service }));

const isOneShot = (service: Service | undefined): boolean => service?.restart === "no";

describe("the environment of each app", () => {
  test.each(rows)("of $app holds only variables that the app knows", async ({ app, service }) => {
    const known = Object.keys((await readVariables(app)).shape);
    expect(Object.keys(service.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(rows)(
    "of $app is one that the app starts with, when the example is filled in",
    async ({ app, service }) => {
      const ofImage = variablesOf(stageNamed(await readStages(app), ""));
      const given = Object.entries({ ...ofImage, ...service.environment }).filter(([, value]) => value !== "");
      const parsed = (await readVariables(app)).safeParse(Object.fromEntries(given));
      expect(parsed.error?.issues ?? []).toEqual([]);
    },
  );

  test("names the same secrets wherever two of them share one", () => {
    const { api, "worker-cpu": worker } = services;
    for (const name of ["HIVESYNC_WORKER_SECRETS", "HIVESYNC_REPO_KEY", "HIVESYNC_S3_BUCKET", "HIVESYNC_REDIS_URL"])
      expect(worker?.environment[name]).toBe(api?.environment[name]);
  });

  test("gives no worker the master key or the API's login", () => {
    const workers = all.filter(([name]) => name.startsWith("worker"));
    const given = workers.flatMap(([, { environment }]) => Object.entries(environment));
    expect(given.filter(([name, value]) => name === "HIVESYNC_MASTER_KEY" || value.includes("hivesync_api"))).toEqual(
      [],
    );
    expect(workers).toHaveLength(2);
  });
});

describe("the example of the environment file", () => {
  test("names every variable that the file demands", () => {
    const demanded = variablesIn(text).filter(({ isRequired }) => isRequired);
    expect(demanded.map(({ name }) => name).filter((name) => !(name in example))).toEqual([]);
  });

  test("names no variable that is used nowhere", () => {
    const used = new Set(variablesIn(text).map(({ name }) => name));
    expect(Object.keys(example).filter((name) => !used.has(name))).toEqual([]);
  });

  test("holds no secret: a start without filling it in is refused", async () => {
    await expect(readCompose(await readExample(() => ""))).rejects.toThrow("is not set");
  });
});

describe("every service", () => {
  test.each(all)("%s writes nothing but its volumes, as a user without powers", (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(Number(service.user?.split(":")[0])).toBeGreaterThan(0);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
  });

  test.each(all)("%s has limits of processor and memory", (_name, { deploy }) => {
    expect(deploy.resources.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
  });

  const foreign = all.filter(([, { build }]) => build === undefined);
  test.each(foreign)(
    "%s, which is not ours, has an image of a stated version and a check of its health",
    (_name, service) => {
      expect(service.image).toMatch(/^docker\.io\/.+:\d/);
      expect(service.healthcheck).toBeDefined();
    },
  );

  test.each(ours)("%s is built from a Dockerfile that is there", (_name, { build }) => {
    expect(path.resolve(repositoryRoot, "infra", build?.context ?? "")).toBe(repositoryRoot);
    expect(existsSync(path.join(repositoryRoot, build?.dockerfile ?? ""))).toBe(true);
  });

  test("but the API and the object store, which clients reach, publishes no port; and they on loopback alone", () => {
    const published = all.filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name).toSorted()).toEqual(["api", "storage"]);
    for (const port of published.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test("waits for what it needs", () => {
    expect(services["api"]?.depends_on).toEqual({
      migrate: { condition: "service_completed_successfully" },
      bucket: { condition: "service_completed_successfully" },
      valkey: { condition: "service_healthy" },
    });
    const needs = all.flatMap(([, { depends_on: needed = {} }]) => Object.entries(needed));
    const wrong = needs.filter(([needed, { condition }]) => {
      const service = services[needed];
      const fits = isOneShot(service) ? "service_completed_successfully" : "service_healthy";
      return service === undefined || condition !== fits;
    });
    expect(wrong).toEqual([]);
  });

  test("on a GPU starts only when it is asked for", () => {
    expect(services["worker-gpu"]?.profiles).toEqual(["gpu"]);
    expect(all.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(["worker-gpu"]);
  });
});
