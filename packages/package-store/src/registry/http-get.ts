import { lookup } from "node:dns";
import http from "node:http";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "#registry/public-address.ts";

/** How one answer is fetched. */
export interface GetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Hosts, with their ports, that the operator named: these alone get the token, and may be inner ones. */
  readonly trustedHost: string;
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 3;
const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/** A redirect that is not followed. Trying again would not change it. */
export class RefusedRedirectError extends Error {}

/** Looks a name up for a connection and takes public addresses only, so that what was checked is what is connected to. */
const publicLookup: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error) return answer(error, []);
    if (first === undefined || found.some(({ address }) => !isPublicAddress(address))) {
      return answer(new RefusedRedirectError(`"${hostname}" is not on the public internet`), []);
    }
    if (options.all === true) return answer(null, found);
    answer(null, first.address, first.family);
  });
};

function send({ url, headers, trustedHost, silenceMs, signal }: GetRequest): Promise<IncomingMessage> {
  const isTrusted = url.host === trustedHost;
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isTrusted && (!isSecure || (isIP(host) !== 0 && !isPublicAddress(host)))) {
    throw new RefusedRedirectError(`a redirect to "${url.host}" is not followed`);
  }
  const { authorization: _, ...open } = headers;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (isSecure ? https : http).get(
    url,
    {
      agent: isSecure ? agents.https : agents.http,
      headers: isTrusted ? headers : open,
      timeout: silenceMs,
      signal,
      ...(!isTrusted && { lookup: publicLookup }),
    },
    resolve,
  );
  request.once("timeout", () => request.destroy(new Error("no byte came for too long")));
  request.once("error", reject);
  return promise;
}

/**
 * Gets a URL. Redirects are followed to https only, and not to addresses of an inner network.
 *
 * @throws RefusedRedirectError; what the network says.
 */
export async function httpGet(request: GetRequest): Promise<IncomingMessage> {
  let { url } = request;
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    const answer = await send({ ...request, url });
    const { statusCode = 0, headers } = answer;
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) return answer;
    answer.resume();
    url = new URL(headers.location, url);
  }
  throw new RefusedRedirectError("too many redirects");
}
