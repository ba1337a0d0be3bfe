import type { Preview } from "@hivesync/contracts/resources/previews";
import { byId, make } from "../../web-page/parts/dom.js";
import { sourceExcerpt } from "./source-line.ts";
import { copyOnClick } from "./texts.ts";

interface Row {
  file: string | undefined;
  place: { line: number; column: number } | undefined;
  text: string;
  lineText: string | undefined;
}

let copied = "";

function readRow(value: Record<string, unknown> | null): Row | undefined {
  const { file, line, column, text, line_text: lineText } = value ?? {};
  if (typeof text !== "string") return undefined;
  return {
    file: typeof file === "string" ? file : undefined,
    place: typeof line === "number" && typeof column === "number" ? { line, column } : undefined,
    text,
    lineText: typeof lineText === "string" ? lineText : undefined,
  };
}

const placeOf = ({ file, place }: Row): string | undefined =>
  file !== undefined && place ? `${file}:${place.line}:${place.column}` : file;

/** One error, with its place in the source where it has one. */
function rowItem(row: Row): HTMLElement {
  const place = placeOf(row);
  const item = make("li", {}, make("p", { text: row.text }));
  if (place !== undefined) item.prepend(make("p", { class: "place", text: place }));
  if (row.place && row.lineText !== undefined) item.append(sourceExcerpt({ ...row.place, lineText: row.lineText }));
  return item;
}

const asText = (row: Row): string =>
  [[placeOf(row), row.text].filter(Boolean).join(": "), row.lineText && `    ${row.lineText.trim()}`]
    .filter(Boolean)
    .join("\n");

export function showFailure({ error }: Pick<Preview, "error">): void {
  const details: unknown[] = Array.isArray(error?.details) ? error.details : [];
  const rows = details.flatMap((value) => readRow(value as Record<string, unknown> | null) ?? []);
  const message = error?.message ?? "No reason was given.";
  byId("failure-message").textContent = message;
  // The message of a single error is that error with its place: said once is enough.
  const isRepeated = rows.length > 0 && message.endsWith(`: ${rows[0]?.text}`);
  byId("failure-message").hidden = isRepeated;
  byId("failure-rows").replaceChildren(...rows.map(rowItem));
  copied = [...(isRepeated ? [] : [message]), ...rows.map(asText)].join("\n\n");
}

export function startFailure(openLog: () => void): void {
  copyOnClick(byId("copy-failure"), () => copied);
  byId("failure-log").addEventListener("click", openLog);
}
