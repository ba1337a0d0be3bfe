import type { api } from "@hivesync/contracts/api";
import type { ValidationIssue } from "@hivesync/contracts/errors";
import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { aiJobLimits } from "@hivesync/contracts/tiers";
import { AppError } from "@hivesync/platform/app-error";
import type { z } from "zod";
import type { Deps } from "#deps.ts";
import { readMirror } from "#submit/read-mirror.ts";

type SubmitInput = z.output<typeof api.ai.submit.input>;

/** The files of an AI job in the caller's order. */
export type AiFiles = Pick<AiInput, "selection" | "context">;

interface Named {
  path: string;
  sha256?: string | undefined;
  size?: number | undefined;
}

/** What the mirror says of files that were named by their paths. What it cannot say is noted as an issue. */
function createLookUp(manifest: MirrorManifest, issues: ValidationIssue[]) {
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const leftOut = new Map(manifest.left_out.map(({ path, reason }) => [path, reason]));
  return <File extends Named>(list: string, named: readonly File[]) =>
    named.flatMap((file, index) => {
      const path = `${list}.${index}.path`;
      const found = files.get(file.path);
      const reason = leftOut.get(file.path);
      if (!found) {
        const message = reason === undefined ? "is not in the mirror" : `was left out of the mirror: ${reason}`;
        issues.push({ path, message });
        return [];
      }
      const { sha256, size } = found;
      if (size > aiJobLimits.maxFileBytes)
        issues.push({ path, message: `must be of at most ${aiJobLimits.maxFileBytes} bytes` });
      return [{ ...file, sha256, size }];
    });
}

/** Files of the mirror are held to the same limits as others, of which the contract knows the sizes. */
function fromMirror(manifest: MirrorManifest, asked: SubmitInput): AiFiles {
  const issues: ValidationIssue[] = [];
  const lookUp = createLookUp(manifest, issues);
  const selection = lookUp("selection", asked.selection);
  const context = lookUp("context.files", asked.context?.files ?? []);
  const bytes = [...selection, ...context].reduce((sum, { size }) => sum + size, 0);
  if (issues.length === 0 && bytes > aiJobLimits.maxBytes)
    issues.push({ path: "selection", message: `and context together must be at most ${aiJobLimits.maxBytes} bytes` });
  if (issues.length > 0) throw new AppError("VALIDATION_ERROR", { details: issues });
  return { selection, context };
}

/**
 * What a job is to read.
 *
 * @throws AppError CONFLICT where the mirror is asked for and there is none; VALIDATION_ERROR at each file that it has not
 */
export async function readAiFiles(deps: Pick<Deps, "db" | "storage">, asked: SubmitInput): Promise<AiFiles> {
  if (asked.source) return fromMirror(await readMirror(deps, asked.project_id), asked);
  // The contract holds callers to say both where there is no mirror.
  const asSaid = <File extends Named>(files: readonly File[]) =>
    files.map((file) => ({ ...file, sha256: file.sha256 ?? "", size: file.size ?? 0 }));
  return { selection: asSaid(asked.selection), context: asSaid(asked.context?.files ?? []) };
}
