import { api } from "@hivesync/contracts/api";
import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import type { ManifestFile } from "@hivesync/contracts/paths";
import { previewContext, type PreviewContext } from "@hivesync/contracts/resources/previews";
import type { Database } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Deps } from "#deps.ts";
import { operation } from "#operation.ts";
import { readMirror } from "#submit/read-mirror.ts";
import { submitPreview } from "./submit-preview.ts";

type RequestInput = z.output<typeof api.previews.request.input>;

/** What is built, and what is known of where it comes from. */
interface Source {
  source: "caller" | "mirror";
  files: readonly ManifestFile[];
  context: PreviewContext | null;
}

const branchPrefix = "refs/heads/";

/** Where the mirror's files come from, in the words of a preview's context. */
function contextOf({ head, head_ref: ref }: MirrorManifest): PreviewContext {
  const branch = ref.startsWith(branchPrefix) ? ref.slice(branchPrefix.length) : undefined;
  // A name that the context has no room for is no name that anyone reads.
  const named = previewContext.shape.git_branch.safeParse(branch).data;
  return { git_commit: head, ...(named === undefined ? {} : { git_branch: named }) };
}

async function readSource(deps: Pick<Deps, "db" | "storage">, asked: RequestInput): Promise<Source> {
  if (asked.files) return { source: "caller", files: asked.files, context: asked.context ?? null };
  const manifest = await readMirror(deps, asked.project_id);
  const files = manifest.files.map(({ path, sha256, size }) => ({ path, sha256, size }));
  return { source: "mirror", files, context: { ...contextOf(manifest), ...asked.context } };
}

const findSettings = prepared((db) =>
  db
    .select({ settings: projects.settings })
    .from(projects)
    .where(eq(projects.id, sql.placeholder("id")))
    .prepare("find_project_settings"),
);

/** What the worker reads, the project's settings standing in for what the request leaves open. The file order of a client does not matter. */
async function toPreviewInput(db: Database, asked: RequestInput, { files }: Source): Promise<PreviewInput> {
  const [project] = await findSettings(db).execute({ id: asked.project_id });
  if (!project) throw new AppError("NOT_FOUND");
  const defaults = project.settings.preview ?? {};
  const entry = asked.entry ?? defaults.entry;
  return {
    builder_version: BUILDER_VERSION,
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    options: {
      platform: asked.platform ?? defaults.platform ?? "web",
      ...(entry === undefined ? {} : { entry }),
      ...(defaults.title === undefined ? {} : { title: defaults.title }),
    },
  };
}

export const requestPreview = operation(
  api.previews.request,
  async ({ deps, actor, scope, input: asked, request, transact }) => {
    const source = await readSource(deps, asked);
    return submitPreview(
      { deps, actor, scope, request, transact },
      {
        ...source,
        projectId: asked.project_id,
        toInput: () => toPreviewInput(deps.db, asked, source),
        retriedFrom: null,
      },
    );
  },
);
