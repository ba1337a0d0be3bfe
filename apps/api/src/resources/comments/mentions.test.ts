import { describe, expect, test } from "vitest";
import { mentionedNames } from "./mentions.ts";

describe("names are found", () => {
  test.each([
    ["@ada", ["ada"]],
    ["Hello @ada, and @Bob_2-x!", ["ada", "bob_2-x"]],
    ["(@ada) \"@bob\" '@cy' [@dee] **@eve** `@fay`", ["ada", "bob", "cy", "dee", "eve", "fay"]],
    ["@ada. @bob: @cy? @dee; @eve…", ["ada", "bob", "cy", "dee", "eve"]],
    ["line\n@ada\n@bob", ["ada", "bob"]],
    ["@ada's", ["ada"]],
    ["你好 @ada，谢谢", ["ada"]],
    [`@${"x".repeat(40)}`, ["x".repeat(40)]],
  ])("in %j", (content, names) => {
    expect(mentionedNames(content)).toEqual(names);
  });

  test("each once, whatever its case", () => {
    expect(mentionedNames("@Ada @ada @ADA @bob @ada")).toEqual(["ada", "bob"]);
  });

  test("the first fifty and no more", () => {
    const names = Array.from({ length: 60 }, (_, index) => `user${index}`);
    const content = names.map((name) => `@${name} @${name}`).join(" ");
    expect(mentionedNames(content)).toEqual(names.slice(0, 50));
  });
});

describe("no name is found", () => {
  test.each([
    ["nothing", "nothing at all"],
    ["an address", "write to ada@example.com or a.b+c@ada.org or x_@ada or 50%@ada"],
    ["an address with other letters", "zoë@ada"],
    ["a handle of elsewhere", "@ada@example.social"],
    ["a link's path", "https://example.com/@ada"],
    ["two signs", "@@ada"],
    ["a name of one character", "@a b"],
    ["a name of forty-one characters", `@${"x".repeat(41)}`],
    ["a name with other letters", "@zoë @adaß"],
    ["a sign alone", "@ ada @"],
  ])("in %s", (_, content) => {
    expect(mentionedNames(content)).toEqual([]);
  });

  test("in ten thousand signs, which are read through once", () => {
    expect(mentionedNames("@".repeat(10_000))).toEqual([]);
    expect(mentionedNames("a".repeat(10_000))).toEqual([]);
    expect(mentionedNames(`@${"a".repeat(9_999)}`)).toEqual([]);
  });
});
