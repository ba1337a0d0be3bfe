/** Whether a host name can only mean this machine. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || isLoopbackIpv4(hostname)
  );
}

// The URL parser has already brought every spelling of an IPv4 address into four decimal numbers.
function isLoopbackIpv4(hostname: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}

/**
 * The address of the API as every part of the SDK spells it: no trailing slash, no query. `http:` only on loopback (spec 7.7).
 *
 * @throws TypeError that says what is wrong with it.
 */
export function parseBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new TypeError(`baseUrl must be a URL such as https://hivesync.example.com, not ${JSON.stringify(baseUrl)}`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("baseUrl must hold no user, password, query or fragment");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new TypeError(`baseUrl must be https: passwords and tokens would travel readably to ${url.host}`);
  }
  return url.href.replace(/\/+$/u, "");
}
