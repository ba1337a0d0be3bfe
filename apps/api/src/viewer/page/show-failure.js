import { byId, make } from "../../web-page/parts/dom.js";

/** @typedef {import("@hivesync/contracts/resources/previews").Preview} Preview */

/**
 * The source line with a mark under the column, which counts UTF-16 units from 1.
 *
 * @param {string} lineText
 * @param {{ line: number, column: number }} place
 */
function sourceLine(lineText, { line, column }) {
  const trimmed = lineText.trimStart();
  const at = Math.max(column - 1 - (lineText.length - trimmed.length), 0);
  const marked = String.fromCodePoint(trimmed.codePointAt(at) ?? 0x20);
  const code = make("code", { text: trimmed.slice(0, at) }, make("mark", { text: marked }));
  code.append(trimmed.slice(at + marked.length));
  return make("pre", {}, make("span", { class: "line-number", text: String(line) }), code);
}

/** One error, with its place in the source where it has one. @param {Record<string, unknown>} row */
function rowItem({ file, line, column, text, line_text: lineText }) {
  const item = make("li", {}, make("p", { text: String(text) }));
  if (typeof file !== "string") return item;
  const hasPlace = typeof line === "number" && typeof column === "number";
  item.prepend(make("p", { class: "place", text: hasPlace ? `${file}:${line}:${column}` : file }));
  if (hasPlace && typeof lineText === "string") item.append(sourceLine(lineText, { line, column }));
  return item;
}

/** @param {Preview} preview */
export function showFailure({ error, logs_url: logsUrl }) {
  const rows = Array.isArray(error?.details) ? error.details : [];
  const message = error?.message ?? "No reason was given.";
  byId("failure-message").textContent = message;
  // The message of a single error is that error with its place: said once is enough.
  byId("failure-message").hidden = rows.length > 0 && message.endsWith(`: ${rows[0]?.text}`);
  byId("failure-rows").replaceChildren(...rows.filter((row) => typeof row?.text === "string").map(rowItem));
  byId("log").hidden = logsUrl === null;
}
