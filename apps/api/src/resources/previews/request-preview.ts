import { api } from "@hivesync/contracts/api";
import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { Database } from "@hivesync/db/client";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import { operation } from "#operation.ts";
import { nameFiles } from "#submit/require-stored-files.ts";
import { submitPreview } from "./submit-preview.ts";

type RequestInput = z.output<typeof api.previews.request.input>;

/** What is built, the project's settings standing in for what the request leaves open. The file order of a client does not matter. */
async function toPreviewInput(db: Database, input: RequestInput): Promise<PreviewInput> {
  const [project] = await db
    .select({ settings: projects.settings })
    .from(projects)
    .where(eq(projects.id, input.project_id));
  if (!project) throw new AppError("NOT_FOUND");
  const defaults = project.settings.preview ?? {};
  const entry = input.entry ?? defaults.entry;
  return {
    builder_version: BUILDER_VERSION,
    files: input.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    options: {
      platform: input.platform ?? defaults.platform ?? "web",
      ...(entry === undefined ? {} : { entry }),
      ...(defaults.title === undefined ? {} : { title: defaults.title }),
    },
  };
}

export const requestPreview = operation(
  api.previews.request,
  async ({ deps, actor, scope, input: asked, request, transact }) => {
    const input = await toPreviewInput(deps.db, asked);
    return submitPreview(
      { deps, actor, scope, request, transact },
      {
        projectId: asked.project_id,
        input,
        files: nameFiles("files", asked.files),
        context: asked.context ?? null,
        retriedFrom: null,
      },
    );
  },
);
