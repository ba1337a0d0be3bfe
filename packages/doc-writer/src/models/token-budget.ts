/** How much one request may hold. Tokens, as estimated: servers do not tell how their models count. */
export interface TokenBudget {
  /** For the files and names of one request. */
  input: number;
  output: number;
}

// Code comes to 3 to 4 bytes a token with the tokenizers in use; 3 errs on the side that still fits.
const bytesPerToken = 3;

// The system text, the schema where a server shows it to the model, and the task around the data.
const overheadTokens = 1_000;

const maxOutputTokens = 4_096;

/** Requests for one order; what is left then is not asked for. */
export const maxRequests = 32;

export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Shares out what a request may hold in all. */
export function budgetOf(maxTokens: number): TokenBudget {
  const output = Math.min(maxOutputTokens, Math.floor(maxTokens / 3));
  return { input: Math.max(200, maxTokens - output - overheadTokens), output };
}
