import type { WatchEvent } from "@hivesync/sdk/node";
import type { ChosenProject } from "#choose-project.ts";
import { exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { countOf } from "#count-of.ts";
import { ProgressBar } from "#progress-bar.ts";
import type { PreviewChoices } from "#project-file.ts";
import { showQrCode } from "#qr-code.ts";
import { asUser } from "#account.ts";

interface WatchedFolder {
  directory: string;
  project: ChosenProject;
  choices: PreviewChoices;
}

/** Publishes a folder at each save, until Ctrl-C. With `--json` each event is a line. */
export async function watchFolder(
  { directory, project, choices }: WatchedFolder,
  context: CliContext,
): Promise<number> {
  const { hive, output, signal } = context;
  const teller = new WatchTeller(context);
  try {
    await asUser(context, async () => {
      output.note(`Watching ${directory}. Each save becomes a preview; Ctrl-C ends it.`);
      using bar = new ProgressBar(output);
      const order = { project_id: project.id, directory, ...choices };
      for await (const event of hive.previews.watch({ ...order, signal, onProgress: bar.draw })) {
        bar.clear();
        teller.tell(event);
      }
    });
  } catch (error) {
    // Ctrl-C is how it ends: there is nothing to report.
    if (!signal.aborted) throw error;
  }
  return exitCodes.interrupted;
}

/** Tells people only what is new to them: what is left out once, the QR code once, as its page links to each newer preview. */
class WatchTeller {
  readonly #context: CliContext;
  readonly #told = new Set<string>();
  #hasCode = false;
  #startedMs = performance.now();

  constructor(context: CliContext) {
    this.#context = context;
  }

  tell(event: WatchEvent): void {
    const { output } = this.#context;
    if (event.type === "failed") {
      const { error, retry_after_ms: againInMs } = event;
      return output.setback(error, { againInMs, fields: event, otherwise: "Waiting for the next save." });
    }
    if (output.json) output.line(event, "");
    else this.#tellPeople(event);
  }

  #tellPeople(event: Exclude<WatchEvent, { type: "failed" }>): void {
    const { output } = this.#context;
    if (event.type === "superseded") return output.note("Saved again: the preview before is cancelled.");
    const { preview_url, uploaded, secrets, skipped, kind, warnings } = event.preview;
    if (event.type === "requested") {
      this.#startedMs = performance.now();
      if (secrets.length > 0) this.#once(`Left out, as they look like secrets: ${secrets.join(", ")}`);
      for (const { path, reason } of skipped) this.#once(`Left out: ${path} ${reason}`);
      if (output.isTerminal && !this.#hasCode) showQrCode(preview_url, output);
      this.#hasCode = true;
      return;
    }
    if (kind !== null) this.#once(`Shown as: ${kind}`);
    for (const warning of warnings) this.#once(`Warning: ${warning}`);
    const seconds = ((performance.now() - this.#startedMs) / 1_000).toFixed(1);
    output.note(`Ready in ${seconds} s, ${countOf(uploaded.files, "file")} uploaded:`);
    output.line(event, preview_url);
  }

  #once(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#context.output.note(text);
  }
}
