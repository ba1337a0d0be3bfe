import path from "node:path";
import { pathToFileURL } from "node:url";
import type { z } from "zod";
import { repositoryRoot } from "#dev/env.ts";

/** An app that reads its environment by a schema, and the name under which its `env.ts` gives it. */
const exportNames = {
  api: "apiVariables",
  "worker-cpu": "workerCpuVariables",
  "worker-gpu": "workerGpuVariables",
} as const;

export type ConfiguredApp = keyof typeof exportNames;

export const configuredApps = Object.keys(exportNames) as ConfiguredApp[];

export const environmentFileOf = (app: ConfiguredApp): string =>
  path.join(repositoryRoot, "apps", app, "src", "env.ts");

/** The schema of an app's environment. Nothing imports an app; this one module of each is read as one reads its documentation. */
export async function readVariables(app: ConfiguredApp): Promise<z.ZodObject> {
  const module = (await import(pathToFileURL(environmentFileOf(app)).href)) as Record<string, z.ZodObject>;
  const schema = module[exportNames[app]];
  if (!schema) throw new Error(`${environmentFileOf(app)} does not export ${exportNames[app]}`);
  return schema;
}
