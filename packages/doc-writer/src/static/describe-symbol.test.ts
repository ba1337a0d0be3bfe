import { describe, expect, test } from "vitest";
import { outlineFile } from "#symbols/outline.ts";
import { describeSymbol, plainVoice } from "./describe-symbol.ts";
import { listed, nameWords, thirdPerson } from "./name-words.ts";

async function words(text: string, path = "a.ts") {
  const { symbols } = await outlineFile({ path, text }, () => undefined);
  const [symbol] = symbols;
  if (symbol === undefined) throw new Error("There is no symbol.");
  return describeSymbol(symbol, plainVoice);
}

describe("the static engine's words", () => {
  test("say type, default, and what a parameter is handed on to", async () => {
    const { parameters } = await words("function f(userId: string, limit = 10, ...rest: number[]) { load(userId); }\n");
    expect(parameters).toEqual([
      { name: "userId", text: "the user id (`string`); passed to `load`" },
      { name: "limit", text: "the limit; `10` when left out" },
      { name: "rest", text: "`number[]`; any number of values" },
    ]);
  });

  test("name the condition of a throw, where one `if` decides", async () => {
    const { throws } = await words(
      "function f(a: number) { if (a < 0) throw new RangeError('x'); if (a > 9) { throw new RangeError('y'); } }\n",
    );
    expect(throws).toEqual([{ type: "RangeError", text: "when `a < 0` or `a > 9`" }]);
  });

  test("claim no condition for the other branch", async () => {
    const { throws } = await words("function f(a: number) { if (a < 0) return; else throw new RangeError('x'); }\n");
    expect(throws).toEqual([{ type: "RangeError", text: "thrown in its body" }]);
  });

  test("claim no throw that is caught, and none of a function inside", async () => {
    const { throws } = await words(
      "function f() { try { throw new A(); } catch {} const g = () => { throw new B(); }; try { g(); } catch { throw new C(); } }\n",
    );
    expect(throws).toEqual([{ type: "C", text: "thrown in its body" }]);
  });

  test("claim no throw of what only passes through", async () => {
    expect((await words("function f() { try { g(); } catch (error) { throw error; } }\n")).throws).toEqual([]);
  });

  test("say what is returned, and nothing for what returns nothing", async () => {
    expect((await words("function f(a: number) { return a + 1; }\n")).returns).toBe("`a + 1`");
    expect((await words("function f(a: number): number { if (a) return 1; return 2; }\n")).returns).toBe(
      "`number`: `1` or `2`",
    );
    expect((await words("function f(): void { return; }\n")).returns).toBeUndefined();
    expect((await words("function f() { g(() => 1); }\n")).returns).toBeUndefined();
  });

  test("read a verb from a name, and do not guess where there is none", async () => {
    expect((await words("function parseConfigFile() {}\n")).summary).toBe("Parses the config file");
    expect((await words("function isReady(): boolean { return true; }\n")).summary).toBe("Tells whether it is ready");
    expect((await words("function isReady(): string { return ''; }\n")).summary).toBe("The `isReady` function");
    expect((await words("function frobnicate() {}\n")).summary).toBe("The `frobnicate` function");
    expect((await words("function frobnicate() { load(); }\n")).summary).toBe(
      "The `frobnicate` function, which calls `load`",
    );
  });

  test("quote no secret", async () => {
    const { parameters } = await words('function f(url = "postgres://me:hunter22@host/db") {}\n');
    expect(JSON.stringify(parameters)).not.toContain("hunter22");
  });

  test("tell Rust's errors and panics", async () => {
    const text =
      'pub fn f(a: i32) -> Result<i32, ParseError> {\n    if a < 0 {\n        panic!("x");\n    }\n    Ok(a)\n}\n';
    expect((await words(text, "a.rs")).throws).toEqual([
      { type: "Err", text: "an error of type `ParseError`" },
      { type: "panic", text: "when `a < 0`" },
    ]);
  });
});

describe("names", () => {
  test.each([
    ["parseHTTPResponse", ["parse", "HTTP", "response"]],
    ["snake_case_name", ["snake", "case", "name"]],
    ["MAX_RETRIES", ["max", "retries"]],
    ["größeÄndern", ["größe", "ändern"]],
    ["v2Beta", ["v2", "beta"]],
    ["__init__", ["init"]],
  ])("%s is read as %j", (name, expected) => {
    expect(nameWords(name)).toEqual(expected);
  });

  test("verbs and lists read as English", () => {
    expect(["get", "try", "fetch", "push", "play", "go"].map(thirdPerson)).toEqual([
      "gets",
      "tries",
      "fetches",
      "pushes",
      "plays",
      "goes",
    ]);
    expect([listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"]), listed(["a", "b", "c"], 2)]).toEqual([
      "a",
      "a and b",
      "a, b and c",
      "a, b and 1 more",
    ]);
  });
});
