import { minVersion, validRange } from "semver";
import type { TransformContext } from "#transforms/source-transform.ts";

const INTEGRATIONS = ["@tailwindcss/vite", "@tailwindcss/postcss", "@tailwindcss/cli", "@tailwindcss/browser"];

/** Which Tailwind a project uses, by package.json or, where that is silent, by what the stylesheet says. */
export function tailwindVersion(
  { packageJson }: Pick<TransformContext, "packageJson">,
  css: string,
): 3 | 4 | undefined {
  const range = packageJson.ranges["tailwindcss"];
  const asked = range === undefined || validRange(range) === null ? undefined : minVersion(range);
  if (asked && asked.major > 0) return asked.major >= 4 ? 4 : 3;
  if (INTEGRATIONS.some((name) => packageJson.dependencies.has(name))) return 4;
  if (/@tailwind\s+(?:base|components)\b/.test(css)) return 3;
  const isSaid = range !== undefined || /@(?:import|reference)\s+["']tailwindcss["'/]|@tailwind\s+utilities/.test(css);
  return isSaid ? 4 : undefined;
}
