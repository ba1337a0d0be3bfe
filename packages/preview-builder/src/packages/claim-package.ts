import { splitSpecifier } from "@hivesync/package-store/package-names";
import { KNOWN_PACKAGES } from "#packages/known-packages.ts";
import { isServedByPart, prebuiltVersion } from "#packages/served-by-part.ts";
import { innerNativeModule } from "#runtimes/inner-native-module.ts";
import { shippedVersion } from "#packages/shipped-packages.ts";
import type { PackageJson } from "#project/package-json.ts";

/** A bare name that leads to a package of the project, or to what stands in for one. */
export interface PackageClaim {
  readonly name: string;
  readonly warning?: string;
}

/** Decides, from package.json alone, whether what the project imports is a package to be had. */
export function claimPackage({ ranges }: PackageJson, specifier: string): PackageClaim | undefined {
  const name = splitSpecifier(specifier)?.name;
  if (name === undefined) return undefined;
  if (isStandIn(specifier)) return { name };
  const known = KNOWN_PACKAGES.get(name);
  // Of what shows React Native there is only what the page has.
  if (/^(?:react-native(?:-web)?|expo)$/.test(name)) return undefined;
  if (Object.hasOwn(ranges, name)) return { name };
  if (known?.range === undefined) return undefined;
  const warning = `package.json does not name "${name}": ${shippedVersion(name, undefined) ?? known.range} of it is taken.`;
  return { name, warning };
}

/** What is told of a prebuilt package that the project imports and does not name. A framework's own are taken for granted. */
export function undeclaredWarning({ ranges }: PackageJson, name: string): string | undefined {
  const version = prebuiltVersion(name);
  if (version === undefined || Object.hasOwn(ranges, name)) return undefined;
  return `package.json does not name "${name}": ${version} of it is taken.`;
}

/** Whether the page has something in the place of a module that only a device can run. */
export function isStandIn(specifier: string): boolean {
  if (innerNativeModule(specifier) !== undefined) return true;
  return KNOWN_PACKAGES.get(splitSpecifier(specifier)?.name ?? "")?.as === "stand-in";
}

/** What the project asks for of each package, also where it does so without saying. */
export function assumedRanges({ ranges }: PackageJson): Record<string, string> {
  const assumed = [...KNOWN_PACKAGES.values()].map(({ name, range }) => [name, range] as const);
  const rows = assumed.filter((row): row is readonly [string, string] => row[1] !== undefined);
  return { ...Object.fromEntries(rows), ...ranges };
}

/** Whether a package that asks for this gets it from the page: from a runtime part, or as a stand-in. */
export function isHosted(name: string, range: string): boolean {
  return KNOWN_PACKAGES.get(name)?.as === "stand-in" || isServedByPart(name, range);
}
