import type { TestApi } from "./start-test-api.ts";

/** One line of what Prometheus is told. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What Prometheus is told, read. */
export interface Scrape {
  response: Response;
  text: string;
  samples: Sample[];
  /** The value of the one sample with this name and at least these labels; undefined when there is none. */
  value: (name: string, labels?: Record<string, string>) => number | undefined;
}

export const metricsToken = "a token for Prometheus alone";

function toSample(line: string): Sample {
  const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}

/**
 * Asks an API for its metrics as Prometheus does.
 *
 * @param origin - Where `api.listen()` said that it listens.
 */
export async function scrape(origin: string, token = metricsToken): Promise<Scrape> {
  const response = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  const samples = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(toSample);
  const value: Scrape["value"] = (name, labels = {}) =>
    samples.find(
      (sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    )?.value;
  return { response, text, samples, value };
}

/** Listens, and has it count from here on. */
export async function listenCounting(api: TestApi): Promise<string> {
  const origin = await api.listen();
  await scrape(origin);
  return origin;
}
