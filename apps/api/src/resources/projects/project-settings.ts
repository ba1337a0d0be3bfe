import { projectSettings, type ProjectSettings } from "@hivesync/contracts/resources/projects";
import { invalidField } from "@hivesync/platform/app-error";
import { mergePatch } from "#merge-patch.ts";

type Json = Record<string, unknown>;

/** Settings as stored, with every part there. */
export function withAllParts(stored: Partial<ProjectSettings>): ProjectSettings {
  return { preview: {}, ai: {}, repo: {}, custom: {}, ...stored };
}

/** The settings after a patch. @throws AppError VALIDATION_ERROR when the whole is no longer valid, as when `custom` has grown too large */
export function patchSettings(stored: Partial<ProjectSettings>, patch: Json): ProjectSettings {
  const merged = withAllParts(mergePatch(stored, patch) as Partial<ProjectSettings>);
  const checked = projectSettings.safeParse(merged);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw invalidField(issue?.path.join(".") ?? "", issue?.message ?? "is not valid");
}
