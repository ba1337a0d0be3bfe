import { asUser } from "#account.ts";
import { chooseProject } from "#choose-project.ts";
import type { CliContext } from "#context.ts";
import { requireFolder } from "#find-folder.ts";
import { ProgressBar } from "#progress-bar.ts";
import { showQrCode } from "#qr-code.ts";

export interface PreviewOptions {
  project?: string;
  entry?: string;
  platform?: "web" | "ios" | "android";
  wait: boolean;
}

export async function preview(folder: string, options: PreviewOptions, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const directory = await requireFolder(folder);
  const { project, published } = await asUser(context, async () => {
    const chosen = await chooseProject(directory, { named: options.project, context });
    using bar = new ProgressBar(output);
    const answer = await hive.previews.publish({
      project_id: chosen.id,
      directory,
      ...(options.entry === undefined ? {} : { entry: options.entry }),
      ...(options.platform === undefined ? {} : { platform: options.platform }),
      wait: options.wait,
      signal,
      onProgress: bar.draw,
    });
    return { project: chosen, published: answer };
  });
  const { secrets, skipped, warnings, uploaded, preview_url } = published;
  if (secrets.length > 0) output.note(`Left out, as they look like secrets: ${secrets.join(", ")}`);
  for (const entry of skipped) output.note(`Left out: ${entry.path} ${entry.reason}`);
  for (const warning of warnings) output.note(`Warning: ${warning}`);
  output.note(
    uploaded.files === 0 ? "Nothing new to upload." : `Uploaded ${uploaded.files} files (${uploaded.bytes} bytes).`,
  );
  if (output.isTerminal) showQrCode(preview_url, output);
  output.result({ ...published, project }, preview_url);
}
