import { projectSettings, type ProjectSettings } from "@hivesync/contracts/resources/projects";
import { invalidField } from "@hivesync/platform/app-error";

type Json = Record<string, unknown>;

/** Settings as stored, with every part there. */
export function withAllParts(stored: Partial<ProjectSettings>): ProjectSettings {
  return { preview: {}, ai: {}, repo: {}, custom: {}, ...stored };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON Merge Patch (RFC 7396, section 2): null removes, an object merges, anything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** The settings after a patch. @throws AppError VALIDATION_ERROR when the whole is no longer valid, as when `custom` has grown too large */
export function patchSettings(stored: Partial<ProjectSettings>, patch: Json): ProjectSettings {
  const merged = withAllParts(mergePatch(stored, patch) as Partial<ProjectSettings>);
  const checked = projectSettings.safeParse(merged);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw invalidField(issue?.path.join(".") ?? "", issue?.message ?? "is not valid");
}
