import type { HiveSyncApi } from "@hivesync/sdk";
import { asUser } from "#account.ts";
import { chooseProject } from "#choose-project.ts";
import type { CliContext } from "#context.ts";

type Summary = Awaited<ReturnType<HiveSyncApi["previews"]["list"]["query"]>>["items"][number];

export interface PreviewListOptions {
  project?: string;
  status?: Summary["status"];
}

/** By which the list can be narrowed. */
export const previewStatuses = [
  "QUEUED",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
] as const satisfies Summary["status"][];

export async function listPreviews({ project: named, status }: PreviewListOptions, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const { project, items } = await asUser(context, async () => {
    const project = await chooseProject(process.cwd(), { named, context, mayCreate: false });
    const narrowed = status === undefined ? {} : { status };
    const page = await hive.api.previews.list.query({ id: project.id, limit: 20, ...narrowed }, { signal });
    return { project, items: page.items };
  });
  const nothing = status === undefined ? "No previews yet." : `No preview is ${status}.`;
  output.result({ project, items }, items.map(describe).join("\n") || nothing);
}

function describe({ job_id, status, created_at, preview_url, expires_at, error }: Summary): string {
  const isOpen = status === "QUEUED" || status === "RUNNING" || status === "COMPLETED";
  const isExpired = isOpen && Date.parse(expires_at) <= Date.now();
  // Its link opens nothing any more.
  const outcome = isExpired ? `Ask for it again: hivesync previews retry ${job_id}` : preview_url;
  const facts = [job_id, (isExpired ? "EXPIRED" : status).padEnd(9), created_at, isOpen ? outcome : error?.message];
  return facts.filter((fact) => fact !== null && fact !== undefined).join("  ");
}

export async function cancelPreview(id: string, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const cancelled = await asUser(context, () => hive.api.previews.cancel.mutate({ id }, { signal }));
  output.result(cancelled, `Cancelled: ${cancelled.job_id}`);
}

export async function retryPreview(id: string, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const requested = await asUser(context, () => hive.api.previews.retry.mutate({ id }, { signal }));
  output.note(`Asked for again, as ${requested.job_id}.`);
  output.result(requested, requested.preview_url);
}
