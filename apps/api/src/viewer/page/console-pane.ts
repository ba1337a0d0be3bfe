import type { ConsoleLevel } from "@hivesync/preview-builder/in-page/prelude/page-messages";
import { byId, make } from "../../web-page/parts/dom.js";
import { mapText } from "./map-stack.ts";
import { clip } from "./texts.ts";

const mostLines = 300;
const longestText = 4_000;
const levels: readonly string[] = ["log", "info", "warn", "error"] satisfies ConsoleLevel[];
const nearEndPx = 40;

interface Line {
  level: string;
  text: string;
  times: number;
  timesLabel: HTMLElement;
  shown: HTMLElement;
}

const lines: Line[] = [];
let problems = 0;

function showCount(): void {
  const badge = byId("console-count");
  badge.hidden = problems === 0;
  badge.textContent = problems > 99 ? "99+" : String(problems);
  byId("console-empty").hidden = lines.length > 0;
}

async function showMapped({ text, shown }: Line): Promise<void> {
  shown.textContent = await mapText(text);
}

/** A line of the app's console. The same line again is counted, not repeated. */
export function logLine(given: { level?: unknown; text?: unknown }): void {
  const level = levels.includes(String(given.level)) ? String(given.level) : "log";
  const text = clip(given.text, longestText);
  if (level === "error" || level === "warn") problems += 1;
  const last = lines.at(-1);
  if (last?.level === level && last.text === text) {
    last.times += 1;
    last.timesLabel.textContent = String(last.times);
    return showCount();
  }
  const timesLabel = make("span", { class: "times" });
  const pane = byId("pane-console");
  const isAtEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < nearEndPx;
  const shown = make("pre", { text });
  const item = make("li", { class: level }, shown, timesLabel);
  const line = { level, text, times: 1, timesLabel, shown };
  lines.push(line);
  void showMapped(line);
  byId("console-lines").append(item);
  if (lines.length > mostLines) {
    lines.shift();
    byId("console-lines").firstElementChild?.remove();
  }
  if (isAtEnd) pane.scrollTop = pane.scrollHeight;
  showCount();
}

export function clearConsole(): void {
  lines.length = 0;
  problems = 0;
  byId("console-lines").replaceChildren();
  showCount();
}

export const consoleText = (): string => lines.map(({ level, shown }) => `[${level}] ${shown.textContent}`).join("\n");
