import { expect, it } from "vitest";
import { cutToWidth, widthOf } from "./text-width.ts";

it.each([
  ["plain", 5],
  ["e\u0301", 1],
  ["修正", 4],
  ["한글", 4],
  ["ｶﾅ", 2],
  ["Ａ。", 4],
  ["👩‍💻", 2],
  ["⚠️", 2],
])("%s takes %i columns of a terminal", (text, width) => {
  expect(widthOf(text)).toBe(width);
});

it.each([
  [17, "a reason 理由です"],
  [16, "a reason 理由で…"],
  [15, "a reason 理由…"],
  [14, "a reason 理由…"],
  [10, "a reason…"],
  [1, "…"],
])("Cut to %i columns a text ends with an ellipsis, and no wide character is halved", (width, cut) => {
  expect(cutToWidth("a reason 理由です", width)).toBe(cut);
});
