import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DocFile } from "#engine.ts";
import { PromptBuilder } from "./build-prompt.ts";
import { createEngine } from "./create-engine.ts";
import { planComments, wantedSymbols } from "./plan-comments.ts";
import { clip, planPages } from "./plan-pages.ts";
import { SourceExcerpts } from "./source-excerpts.ts";
import { document, say, startModelServer } from "./testing/model-server.ts";
import { observeRun, prepareOrder } from "./testing/prepare-order.ts";
import { budgetOf, countTokens, maxRequests } from "./token-budget.ts";

const functions = (count: number, lines = 3): string =>
  Array.from({ length: count }, (_, index) => {
    const body = Array.from({ length: lines }, (_, line) => `  work(${String(line)}, ${String(index)});`).join("\n");
    return `export function f${String(index)}(value: number): void {\n${body}\n}\n`;
  }).join("\n");

const settings = {
  engine: "openai-compatible",
  model: "m",
  apiKey: undefined,
  onFailure: "static",
  timeoutMs: 20_000,
} as const;

describe("a plan for comments", () => {
  test("asks for every symbol once, in requests that fit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 2_000, max: 20_000 }),
        async (count, lines, maxTokens) => {
          const order = await prepareOrder([{ path: "a.ts", text: functions(count, lines) }]);
          const budget = budgetOf(maxTokens);
          const batches = planComments(wantedSymbols(order), new SourceExcerpts(order), budget);
          const asked = batches.flatMap(({ symbols }) => [...symbols.values()].map(({ name }) => name));
          expect(asked).toEqual(Array.from({ length: count }, (_, index) => `f${String(index)}`));
          for (const { heads, code } of batches) {
            expect(countTokens([...heads, ...code].join("\n"))).toBeLessThanOrEqual(budget.input + 100);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("leaves out what is documented, unless it is to be replaced", async () => {
    const files = [{ path: "a.ts", text: "/** Said. */\nexport function f(): void {}\n" }];
    expect(wantedSymbols(await prepareOrder(files))).toEqual([]);
    expect(wantedSymbols(await prepareOrder(files, { options: { replace: true } }))).toHaveLength(1);
  });

  test("shows nested code once", async () => {
    const text = "export class A {\n  one(): void {\n    unique();\n  }\n  two(): void {}\n}\n";
    const order = await prepareOrder([{ path: "a.ts", text }]);
    const batches = planComments(wantedSymbols(order), new SourceExcerpts(order), budgetOf(8_000));
    expect(batches).toHaveLength(1);
    expect(batches[0]?.symbols.size).toBe(3);
    expect(batches[0]?.code.join("").split("unique()")).toHaveLength(2);
  });
});

describe("a plan for pages", () => {
  test("shows every selected line, and no other, in parts that fit", async () => {
    const text = Array.from({ length: 2_000 }, (_, index) => `line${String(index + 1)}();`).join("\n");
    const file: DocFile = { path: "a.ts", text, line_start: 11, line_end: 1_990 };
    const order = await prepareOrder([file], { job_type: "explain" });
    const budget = budgetOf(3_000);
    const parts = planPages(order, new SourceExcerpts(order), budget);
    const shown = parts.join("\n").match(/line\d+/g);
    expect(shown).toEqual(Array.from({ length: 1_980 }, (_, index) => `line${String(index + 11)}`));
    for (const part of parts) expect(countTokens(part)).toBeLessThanOrEqual(budget.input);
  });

  test("cuts a line that no request holds", async () => {
    const order = await prepareOrder([{ path: "a.ts", text: `const a = "${"ü".repeat(15_000)}";\n` }], {
      job_type: "explain",
    });
    const budget = budgetOf(3_000);
    const parts = planPages(order, new SourceExcerpts(order), budget);
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) expect(countTokens(part)).toBeLessThanOrEqual(budget.input);
  });

  test("clips to what fits, and not in the middle of a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.nat(80), (text, tokens) => {
        const clipped = clip(text, tokens);
        expect(countTokens(clipped)).toBeLessThanOrEqual(tokens);
        expect(clipped.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("requests", () => {
  test("share an order that does not fit one, up to their bound; the note says what was not asked for", async () => {
    await using server = await startModelServer(document());
    await using engine = await createEngine({ ...settings, baseUrl: server.url, maxTokens: 2_000 });
    const order = await prepareOrder([{ path: "a.ts", text: functions(150) }]);
    const draft = await engine.write(order, observeRun());
    expect(server.calls).toHaveLength(maxRequests);
    expect(draft.notes[0]).toMatch(/too large for the model/);
    expect(draft.kind === "comments" && draft.comments).toHaveLength(150);
    for (const { body, prompt } of server.calls) {
      expect(body.max_tokens).toBe(budgetOf(2_000).output);
      expect(countTokens(prompt)).toBeLessThanOrEqual(2_000 - budgetOf(2_000).output);
    }
  });

  test("make one summary of the parts' summaries", async () => {
    const part = say(JSON.stringify({ markdown: "PART" }));
    await using server = await startModelServer(part, part, (call) =>
      say(JSON.stringify({ markdown: call.prompt.includes("PART") ? "WHOLE" : "PART" }))(call),
    );
    await using engine = await createEngine({ ...settings, baseUrl: server.url, maxTokens: 2_500 });
    const order = await prepareOrder([{ path: "a.ts", text: functions(60) }], { job_type: "summarize" });
    expect(await engine.write(order, observeRun())).toEqual({ kind: "markdown", markdown: "WHOLE", notes: [] });
    expect(server.calls.length).toBeGreaterThan(2);
  });

  test("show neighbours as far as there is room", async () => {
    const context = [{ path: "near.ts", text: `// NEAR\n${functions(2_000)}// FAR\n` }];
    const order = await prepareOrder([{ path: "a.ts", text: functions(1) }], { context });
    const budget = budgetOf(4_000);
    const prompts = new PromptBuilder(order, new SourceExcerpts(order), budget);
    const { prompt } = prompts.build({
      task: "document",
      schema: { kind: "comments", ids: ["s1"] },
      data: [{ title: "t", text: "d" }],
    });
    expect(prompt).toContain("NEAR");
    expect(prompt).not.toContain("FAR");
    expect(countTokens(prompt)).toBeLessThanOrEqual(budget.input + 300);
  });
});
