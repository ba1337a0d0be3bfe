import { api } from "@hivesync/contracts/api";
import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { Database } from "@hivesync/db/client";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import { operation } from "#operation.ts";
import { acceptAiJob } from "./accept-ai-job.ts";
import { readAiFiles, type AiFiles } from "./read-ai-files.ts";

type SubmitInput = z.output<typeof api.ai.submit.input>;

function byPath<File extends { path: string }>(files: readonly File[]): File[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the worker reads, with the project's settings of how to write. The file order of a client does not matter. */
async function toAiInput(db: Database, asked: SubmitInput, { selection, context }: AiFiles): Promise<AiInput> {
  const [project] = await db
    .select({ settings: projects.settings })
    .from(projects)
    .where(eq(projects.id, asked.project_id));
  if (!project) throw new AppError("NOT_FOUND");
  return {
    job_type: asked.job_type,
    selection: byPath(selection),
    context: byPath(context),
    options: { replace: asked.context?.replace ?? false, ...project.settings.ai },
  };
}

export const submitAiJob = operation(api.ai.submit, async ({ deps, actor, scope, input: asked, request, transact }) => {
  const files = await readAiFiles(deps, asked);
  return acceptAiJob(
    { deps, actor, scope, request, transact },
    {
      projectId: asked.project_id,
      input: await toAiInput(deps.db, asked, files),
      wanted: [
        { field: "selection", files: files.selection },
        { field: "context.files", files: files.context },
      ],
      source: asked.source ? "mirror" : "caller",
      retriedFrom: null,
    },
  );
});
