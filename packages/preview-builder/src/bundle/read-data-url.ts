type Loader = "js" | "json" | "css";

const LOADERS: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ["text/javascript", "js"],
  ["application/javascript", "js"],
  ["application/json", "json"],
  ["text/css", "css"],
]);

/** The text in a `data:` URL that code imports, and how it is to be read; undefined for what cannot be imported. */
export async function readDataUrl(url: string): Promise<{ contents: string; loader: Loader } | undefined> {
  // For this scheme a fetch only takes the URL apart.
  const response = await fetch(url).catch(() => undefined);
  const type = response?.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const loader = LOADERS.get(type ?? "");
  return response === undefined || loader === undefined ? undefined : { contents: await response.text(), loader };
}
