import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";

/** A call over REST, as `TestApi.call` takes it. */
export interface ExampleCall {
  request: string;
  body?: Record<string, unknown>;
}

/** The call that a contract's example makes over REST, or another input in its place. */
export function exampleCall(contract: Endpoint, input: Record<string, unknown> = contract.example.input): ExampleCall {
  const { method, path, parameters } = parseRest(contract.rest);
  const address = parameters.reduce((text, name) => text.replace(`{${name}}`, String(input[name])), path);
  const rest = Object.entries(input).filter(([name, value]) => !parameters.includes(name) && value !== undefined);
  if (method !== "GET" && method !== "DELETE")
    return { request: `${method} ${address}`, body: Object.fromEntries(rest) };
  const query = new URLSearchParams(rest.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return { request: `${method} ${address}${query && `?${query}`}` };
}
