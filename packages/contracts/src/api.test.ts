import { describe, expect, test } from "vitest";
import { hasRole, roles } from "./access.ts";
import { api } from "./api.ts";
import { parseRest, type Endpoint } from "./endpoint.ts";
import { errorTable } from "./errors.ts";

const endpoints = Object.entries(api).flatMap(([resource, contracts]) =>
  Object.entries<Endpoint>(contracts).map(([key, contract]): [string, Endpoint] => [`${resource}.${key}`, contract]),
);

test("no two endpoints have one method and path", () => {
  const addresses = endpoints.map(([, { rest }]) => rest.replaceAll(/\{\w+\}/g, "{}"));
  expect(new Set(addresses).size).toBe(addresses.length);
});

describe.each(endpoints)("%s", (_, contract) => {
  const { method, parameters } = parseRest(contract.rest);

  test("names in the path, and the id that access goes by, are fields of the input", () => {
    const fields = Object.keys(contract.input.shape);
    const by = "by" in contract.access ? [contract.access.by] : [];
    expect(fields).toEqual(expect.arrayContaining([...parameters, ...by]));
  });

  test("refuses fields that it does not know", () => {
    const issues = contract.input.safeParse({ surprise: 1 }).error?.issues ?? [];
    expect(issues.map(({ code }) => code)).toContain("unrecognized_keys");
  });

  test("a query or a stream is a GET and reads, anything else changes something", () => {
    expect(["query", "subscription"].includes(contract.kind)).toBe(method === "GET");
  });

  test("its example is a call that it takes, and an answer that it gives", () => {
    expect(contract.input.safeParse(contract.example.input).error).toBeUndefined();
    expect(contract.output.safeParse(contract.example.output).error).toBeUndefined();
  });

  test("its own errors are of the table", () => {
    for (const code of contract.errors) expect(errorTable).toHaveProperty(code);
  });
});

test("a role may do what it and the weaker ones may", () => {
  const table = roles.map((role) => roles.filter((minimum) => hasRole(role, minimum)));
  expect(table).toEqual([["Member"], ["Member", "Admin"], ["Member", "Admin", "Owner"]]);
});

test("every code has a status of HTTP's refusals and a sentence for people", () => {
  for (const { status, message } of Object.values(errorTable)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(message).toMatch(/^[A-Z].*\.$/);
  }
});
