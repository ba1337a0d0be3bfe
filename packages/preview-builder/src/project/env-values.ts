import { posix } from "node:path";
import { parseEnv } from "node:util";
import type { BuildOptions } from "#build-result.ts";
import type { ProjectFiles } from "#project/project-files.ts";

// Only names that frameworks publish to pages on purpose; everything else in an .env file stays out of the bundle.
export const PUBLIC_NAME =
  /^(?:VITE_|EXPO_PUBLIC_|REACT_APP_|NEXT_PUBLIC_|VUE_APP_|GATSBY_|PUBLIC_|PARCEL_PUBLIC_)\w+$/;
/** Where people put values for previews: unlike `.env` files it is uploaded, so it goes before those. */
export const PREVIEW_VALUES = "hivesync.env";
const MAX_VALUE_CHARACTERS = 100_000;

/** What stands for `import.meta.env`, `process.env` and their kind in user code: JSON texts, as the bundler's `define` takes them. */
export async function readDefines(
  files: ProjectFiles,
  mode: NonNullable<BuildOptions["mode"]>,
  home = ".",
): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const path of [".env", ".env.local", `.env.${mode}`, `.env.${mode}.local`, PREVIEW_VALUES]) {
    Object.assign(all, parseEnv((await files.textIfPresent(posix.join(home, path))) ?? ""));
  }
  const values = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (PUBLIC_NAME.test(name) ? [[name, expand(value, all)]] : [])),
  );
  const isProduction = mode === "production";
  const meta = { ...values, BASE_URL: "/", MODE: mode, DEV: !isProduction, PROD: isProduction, SSR: false };
  const env = { ...values, NODE_ENV: mode, PUBLIC_URL: "" };
  return {
    ...members("import.meta.env", meta),
    ...members("process.env", env),
    // A page inlined in a frame has no useful URL of its own; this one only has to be a valid base.
    "import.meta.url": JSON.stringify("https://preview.invalid/"),
    "import.meta.hot": "undefined",
    __DEV__: String(!isProduction),
    global: "globalThis",
  };
}

function members(name: string, values: Record<string, unknown>): Record<string, string> {
  const own = Object.entries(values).map(([key, value]) => [`${name}.${key}`, JSON.stringify(value)]);
  return { [name]: JSON.stringify(values), ...Object.fromEntries(own) };
}

/** `${OTHER}` in a value stands for another of the files' own, never for one of the host's; `\\$` is a dollar. */
function expand(value: string, all: Readonly<Record<string, string>>): string {
  const reference = /(\\)?\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g;
  const expanded = value.replaceAll(reference, (whole, ...groups: (string | undefined)[]) => {
    const [escape, braced, instead = "", plain = ""] = groups;
    if (escape !== undefined) return whole.slice(1);
    const name = braced ?? plain;
    return Object.hasOwn(all, name) ? (all[name] ?? "") : instead;
  });
  return expanded.slice(0, MAX_VALUE_CHARACTERS);
}

/** Puts values in the place of `%NAME%` in a page, as Vite and Create React App do. */
export function fillPage(html: string, defines: Readonly<Record<string, string>>): string {
  return html.replaceAll(/%(\w+)%/g, (whole, name: string) => {
    const json = defines[`import.meta.env.${name}`];
    const value: unknown = json === undefined ? undefined : JSON.parse(json);
    return typeof value === "string" && name !== "BASE_URL" ? value : whole;
  });
}
