import type { ErrorBody } from "@hivesync/contracts/errors";

/** What an answer over REST refuses, in its words. */
export async function toBodyError(answer: Response): Promise<Error> {
  const body = (await answer.json().catch(() => undefined)) as { error?: ErrorBody } | undefined;
  return new Error(body?.error?.message ?? `The API does not answer (${answer.status}).`);
}
