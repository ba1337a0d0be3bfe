import { posix } from "node:path";
import { parseEnv } from "node:util";
import type { BuildOptions } from "#build-result.ts";
import type { ProjectFiles } from "#project/project-files.ts";

// Only names that frameworks publish to pages on purpose; everything else in an .env file stays out of the bundle.
const PUBLIC_NAME = /^(?:VITE_|EXPO_PUBLIC_|REACT_APP_)\w+$/;

/** What stands for `import.meta.env`, `process.env` and their kind in user code: JSON texts, as the bundler's `define` takes them. */
export async function readDefines(
  files: ProjectFiles,
  mode: NonNullable<BuildOptions["mode"]>,
  home = ".",
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const path of [".env", ".env.local", `.env.${mode}`, `.env.${mode}.local`]) {
    for (const [name, value] of Object.entries(parseEnv((await files.textIfPresent(posix.join(home, path))) ?? ""))) {
      if (PUBLIC_NAME.test(name) && value !== undefined) values[name] = value;
    }
  }
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
