import { existsSync, readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createInstruments } from "./instruments.ts";

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

/** The labels of everything that the API exports, by the name that a query has for it. */
function exportedLabels(): Map<string, Set<string>> {
  const { registry } = createInstruments();
  const metrics = registry.getMetricsAsArray() as unknown as { name: string; type: string; labelNames: string[] }[];
  const series = metrics.flatMap(({ name, type, labelNames }): [string, Set<string>][] => {
    const labels = new Set([...labelNames, "job", "instance"]);
    if (type !== "histogram") return [[name, labels]];
    return [
      [`${name}_bucket`, new Set([...labels, "le"])],
      [`${name}_sum`, labels],
      [`${name}_count`, labels],
    ];
  });
  // Prometheus itself says whether it was answered.
  return new Map([...series, ["up", new Set(["job", "instance"])]]);
}

/** The names in an expression. */
function namesIn(expression: string): { metrics: string[]; labels: string[]; mistakes: string[] } {
  const found = { metrics: [] as string[], labels: [] as string[], mistakes: [] as string[] };
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      const text = expression.slice(from, to);
      if (type.isError) found.mistakes.push(`at ${from} of ${expression}`);
      if (type.name === "LabelName") found.labels.push(text);
      if (type.name === "Identifier" && node.parent?.name === "VectorSelector") found.metrics.push(text);
    },
  });
  return found;
}

const exported = exportedLabels();

/** What is wrong with an expression: it is none, or speaks of what nobody exports. */
function faultsOf(expression: string): string[] {
  const { metrics, labels, mistakes } = namesIn(expression);
  const known = new Set(metrics.flatMap((name) => [...(exported.get(name) ?? [])]));
  return [
    ...mistakes,
    ...(metrics.length === 0 ? [`no metric in ${expression}`] : []),
    ...metrics.filter((name) => !exported.has(name)).map((name) => `nobody exports ${name}`),
    ...labels.filter((label) => !known.has(label)).map((label) => `no label ${label} on ${metrics.join()}`),
  ];
}

test("what is wrong with an expression is found", () => {
  expect(faultsOf("sum by (queue) (hivesync_queue_workers) > 1")).toEqual([]);
  expect(faultsOf("sum by (queue) (hivesync_queue_workers")).not.toEqual([]);
  expect(faultsOf("rate(hivesync_nothing_total[5m])")).toEqual(["nobody exports hivesync_nothing_total"]);
  expect(faultsOf('hivesync_workers{queue="ai-cpu"}')).toEqual(["no label queue on hivesync_workers"]);
  expect(faultsOf("http_request_duration_seconds")).toEqual(["nobody exports http_request_duration_seconds"]);
});

describe("infra/observability/alerts.yaml", () => {
  const rule = z.strictObject({
    alert: z.string().regex(/^([A-Z][a-z]+)+$/),
    expr: z.string(),
    for: z
      .string()
      .regex(/^\d+[smh]$/)
      .optional(),
    labels: z.strictObject({ severity: z.enum(["critical", "warning", "info"]) }),
    annotations: z.strictObject({
      summary: z.string().min(1),
      description: z.string().min(1),
      runbook_url: z.string(),
    }),
  });
  const file = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })) });
  const { groups } = file.parse(parse(read("infra/observability/alerts.yaml")));
  const rules = groups.flatMap((group) => group.rules);

  test("no two groups or alerts have one name", () => {
    for (const names of [groups.map(({ name }) => name), rules.map(({ alert }) => alert)])
      expect(new Set(names).size).toBe(names.length);
  });

  test.each(rules)("$alert asks for what the API exports", ({ expr }) => {
    expect(faultsOf(expr)).toEqual([]);
  });

  test.each(rules)("$alert says what to do, in a chapter of its name", ({ alert, annotations }) => {
    const anchor = alert.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    expect(annotations.runbook_url).toBe(`docs/operations.md#${anchor}`);
  });

  test.each(rules)("$alert fills its texts with labels that its expression leaves", ({ expr, annotations }) => {
    const used = [...annotations.description.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
    const { metrics } = namesIn(expr);
    const known = new Set(metrics.flatMap((name) => [...(exported.get(name) ?? [])]));
    const kept = /\bby \(([\w, ]+)\)/.exec(expr)?.[1]?.split(", ");
    expect(used.filter((label) => !(kept ?? [...known]).includes(label))).toEqual([]);
  });
});

describe("infra/observability/grafana-dashboard.json", () => {
  const target = z.looseObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() });
  const place = z.strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) });
  const panel = z.looseObject({
    id: z.int(),
    type: z.enum(["row", "stat", "timeseries"]),
    title: z.string().min(1),
    gridPos: place,
    targets: z.array(target).default([]),
  });
  const dashboard = z.looseObject({
    title: z.literal("HiveSync"),
    uid: z.string(),
    schemaVersion: z.int(),
    panels: z.array(panel),
    templating: z.looseObject({ list: z.array(z.looseObject({ name: z.string() })) }),
  });
  const text = read("infra/observability/grafana-dashboard.json");
  const { panels, templating } = dashboard.parse(JSON.parse(text));
  const charts = panels.filter(({ type }) => type !== "row");

  test.each(charts)("$title asks for what the API exports", ({ targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    // Grafana puts times and choices in before it asks.
    const asked = targets.map(({ expr }) => expr.replaceAll("$__rate_interval", "5m"));
    expect(asked.flatMap(faultsOf)).toEqual([]);
  });

  test("everything that the API itself measures has a place on it", () => {
    const shown = new Set(
      charts.flatMap(({ targets }) =>
        targets.flatMap(({ expr }) => namesIn(expr.replaceAll("$__rate_interval", "5m")).metrics),
      ),
    );
    const own = new Set(
      [...exported.keys()]
        .filter((name) => /^(hivesync|http)_/.test(name))
        .map((name) => name.replace(/_(bucket|sum|count)$/, "")),
    );
    expect([...own].filter((name) => ![...shown].some((metric) => metric.startsWith(name)))).toEqual([]);
  });

  test("it can be imported anywhere: no panel lies on another, and every variable is one of its own", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    const variables = [...text.matchAll(/\$\{?([a-z]\w*)\}?/g)].map(([, name]) => name);
    const known = templating.list.map(({ name }) => name);
    expect([...new Set(variables)].filter((name) => !known.includes(name ?? ""))).toEqual([]);
  });
});

test.runIf(existsSync(new URL("../../../../docs/operations.md", import.meta.url)))(
  "every alert has its chapter in docs/operations.md",
  () => {
    const anchors = new Set(
      [...read("docs/operations.md").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
    const named = [...read("infra/observability/alerts.yaml").matchAll(/runbook_url: docs\/operations\.md#(\S+)/g)];
    expect(named.map(([, anchor = ""]) => anchor).filter((anchor) => !anchors.has(anchor))).toEqual([]);
  },
);
