import { byId, make } from "../../web-page/parts/dom.js";
import { adviceOn } from "./advice.ts";
import { mapStack, type MappedStack } from "./map-stack.ts";
import { sourceExcerpt } from "./source-line.ts";
import { showAppError } from "./state.ts";
import { clip, copyOnClick } from "./texts.ts";

// The app is a stranger: it may send anything, and any amount of it.
const mostShown = 20;
const longestMessage = 500;
const longestStack = 8_000;

interface ShownError {
  message: string;
  times: number;
  timesLabel: HTMLElement;
  mapped: MappedStack | undefined;
}

let count = 0;
const shown = new Map<string, ShownError>();

const placeOf = ({ file, line, column }: MappedStack["frames"][number]): string => `${file}:${line}:${column}`;
const frameText = (frame: MappedStack["frames"][number]): string =>
  frame.name === "" ? placeOf(frame) : `${frame.name}  ${placeOf(frame)}`;

function fill(body: HTMLElement, { frames, source, raw }: MappedStack): void {
  const [first, ...rest] = frames;
  if (first) body.append(make("p", { class: "place", text: placeOf(first) }));
  if (source) body.append(sourceExcerpt(source));
  const text = first ? rest.map(frameText).join("\n") : raw;
  if (text === "") return;
  const title = first ? `Called from ${rest.length === 1 ? "one place" : `${rest.length} places`}` : "Stack";
  body.append(make("details", {}, make("summary", { text: title }), make("pre", { class: "stack", text })));
}

function showTitle(): void {
  const title = count === 1 ? "The app has an error" : `The app has ${count} errors`;
  byId("app-errors-title").textContent = title;
  byId("announcement").textContent = title;
  byId("app-errors").hidden = false;
}

/** One error. The lines of its place come as soon as the source map has been read. */
function add(message: string, stack: string): ShownError {
  const timesLabel = make("span", { class: "times" });
  const body = make("div", { class: "error-body" });
  const advice = adviceOn(message);
  byId("app-error-list").append(
    make(
      "li",
      {},
      make("p", { class: "message", text: message }, timesLabel),
      ...(advice ? [make("p", { class: "advice", text: advice })] : []),
      body,
    ),
  );
  const error: ShownError = { message, times: 1, timesLabel, mapped: undefined };
  const complete = async (): Promise<void> => {
    error.mapped = await mapStack(stack);
    fill(body, error.mapped);
  };
  void complete();
  return error;
}

/** @returns the message as it is shown */
export function showError(given: { message?: unknown; stack?: unknown }): string {
  count += 1;
  showTitle();
  showAppError(true);
  const message = clip(given.message, longestMessage) || "An error without a message";
  const stack = clip(given.stack, longestStack);
  const key = `${message}\n${stack}`;
  const known = shown.get(key);
  if (known) {
    known.times += 1;
    known.timesLabel.textContent = ` × ${known.times}`;
  } else if (shown.size < mostShown) shown.set(key, add(message, stack));
  return message;
}

function dismissErrors(): void {
  count = 0;
  shown.clear();
  byId("app-errors").hidden = true;
  byId("app-error-list").replaceChildren();
  byId("announcement").textContent = "";
}

/** The app is loaded again, without its errors. Until then the bar tells of them, also when they were dismissed. */
export function clearErrors(): void {
  dismissErrors();
  showAppError(false);
}

function asText({ message, times, mapped }: ShownError): string {
  const lines =
    mapped && mapped.frames.length > 0 ? mapped.frames.map((frame) => `    at ${frameText(frame)}`) : [mapped?.raw];
  return [times > 1 ? `${message} (${times} times)` : message, ...lines].filter(Boolean).join("\n");
}

export function startErrors(reload: () => void): void {
  copyOnClick(byId("copy-errors"), () => [...shown.values()].map(asText).join("\n\n"));
  byId("reload-errors").addEventListener("click", reload);
  byId("dismiss-errors").addEventListener("click", dismissErrors);
}
