import { existsSync } from "node:fs";
import { api } from "@hivesync/contracts/api";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import { describe, expect, test } from "vitest";
import type { Operation } from "./operation.ts";
import { router } from "./router.ts";

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

// What a resource is of, where its name does not say it.
const otherNouns: Readonly<Record<string, string[]>> = { ai: ["ai-job", "ai-jobs"] };

/** `projects.create` is create-project.ts, `projects.list` list-projects.ts, `projects.getSettings` get-settings.ts, `health.deep` deep-health.ts. */
function fileNames(resource: string, key: string): string[] {
  const nouns = [resource, resource.replace(/s$/, ""), ...(otherNouns[resource] ?? [])];
  return [...new Set([kebab(key), ...nouns.map((noun) => `${kebab(key)}-${noun}`)])];
}

const endpoints = Object.entries(api).flatMap(([resource, contracts]) =>
  Object.entries<Endpoint>(contracts).map(([key, contract]) => ({
    name: `${resource}.${key}`,
    resource,
    key,
    contract,
  })),
);

describe.each(endpoints)("$name", ({ resource, key, contract }) => {
  const names = fileNames(resource, key);
  const exists = (file: string): boolean => existsSync(new URL(`./resources/${resource}/${file}`, import.meta.url));

  test.each([".ts", ".test.ts"])("has one file of its name, and a test beside it: %s", (ending) => {
    const candidates = names.map((name) => name + ending);
    expect(candidates.filter(exists), `one of ${candidates.join(", ")} in resources/${resource}`).toHaveLength(1);
  });

  test("its row in the router carries its own contract", () => {
    const operations = (router as Record<string, Record<string, Operation>>)[resource];
    expect(operations?.[key]?.contract).toBe(contract);
  });
});
