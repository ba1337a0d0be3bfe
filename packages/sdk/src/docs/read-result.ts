import { aiResult, type AiResult } from "@hivesync/contracts/jobs/ai-result";
import { HiveSyncError, NetworkError } from "#errors.ts";
import type { SendDeps } from "#jobs/send-files.ts";
import { withDeadline } from "#transport/deadline.ts";
import { withRetries } from "#transport/retry.ts";

/** Where a result is: in the answer, or behind a link that lives for five minutes. */
export interface ResultPlace {
  result: AiResult | null;
  result_url: string | null;
}

const downloadTimeoutMs = 120_000;
// What a newer server says besides is not ours to refuse.
const storedResult = aiResult.strip();

/**
 * The result of a completed AI job, fetched where it is too large for the answer.
 *
 * @param readAgain - Reads the job once more, for a link that is fresh.
 */
export function readResult(
  deps: SendDeps,
  place: ResultPlace,
  { readAgain, signal }: { readAgain: () => Promise<ResultPlace>; signal: AbortSignal | undefined },
): Promise<AiResult> {
  let known: ResultPlace | undefined = place;
  const work = async (): Promise<AiResult> => {
    const { result, result_url } = known ?? (await readAgain());
    known = undefined;
    return result ?? download(deps, result_url, signal);
  };
  return withRetries(work, { policy: deps.retry, signal });
}

async function download(
  { fetch, baseUrl }: SendDeps,
  url: string | null,
  signal: AbortSignal | undefined,
): Promise<AiResult> {
  if (url === null) throw refusal("The server named no place of the result", 500);
  // Where the API itself is on loopback, storage is a development machine's too.
  if (!url.startsWith("https:") && !baseUrl.startsWith("http:")) {
    throw refusal("The server named an address of the result that is not https", 500);
  }
  const get = async (within: AbortSignal): Promise<{ status: number; text: string }> => {
    const response = await fetch(url, { redirect: "error", signal: within });
    return { status: response.status, text: await response.text() };
  };
  const { status, text } = await withDeadline((within) => get(within).catch(toNetworkError), {
    timeoutMs: downloadTimeoutMs,
    signal,
  });
  // 403: the link is too old.
  const isPassing = status >= 500 || status === 429 || status === 408 || status === 403;
  if (status !== 200) throw refusal(`Object storage answered ${status} to the result`, isPassing ? 503 : status);
  const parsed = storedResult.safeParse(parseJson(text));
  if (!parsed.success) throw refusal("The stored result is not one that this client understands", 500);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toNetworkError(cause: unknown): never {
  throw new NetworkError("Object storage did not answer", { cause });
}

function refusal(message: string, status: number): HiveSyncError {
  const code = status === 503 ? "SERVICE_UNAVAILABLE" : "INTERNAL_ERROR";
  return new HiveSyncError({ code, message, details: null }, { status });
}
