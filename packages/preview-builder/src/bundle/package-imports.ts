import { matchPattern } from "#project/match-pattern.ts";

const CONDITIONS = new Set(["browser", "import", "module", "default"]);

/** Where package.json's `imports` sends a `#name`, the preferred target first. */
export function packageImportTargets(imports: Readonly<Record<string, unknown>>, specifier: string): string[] {
  const patterns = Object.keys(imports).sort((a, b) => b.length - a.length);
  for (const pattern of patterns) {
    const star = matchPattern(pattern, specifier);
    if (star !== undefined) return targetsOf(imports[pattern]).map((target) => target.replaceAll("*", () => star));
  }
  return [];
}

function targetsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(targetsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([condition, target]) => (CONDITIONS.has(condition) ? targetsOf(target) : []));
}
