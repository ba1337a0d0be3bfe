import type { DocsPhase, PublishPhase, SyncPhase } from "@hivesync/sdk";
import type { Output } from "./output.ts";

type Phase = PublishPhase | DocsPhase | SyncPhase;

interface Progress {
  phase: Phase;
  ratio: number;
  filesDone?: number;
  filesTotal?: number;
}

const width = 24;

const words: Readonly<Record<Phase, string>> = {
  scanning: "Reading the folder",
  hashing: "Hashing",
  uploading: "Uploading",
  queued: "Waiting for a worker",
  fetching: "Fetching the files",
  reading: "Reading the files",
  building: "Building",
  writing: "Writing",
  saving: "Saving what was made",
  done: "Done",
};

/** One line that is drawn over again, on stderr; nothing where nobody looks. */
export class ProgressBar implements Disposable {
  readonly #isShown: boolean;
  #drawn = "";

  constructor(output: Output) {
    this.#isShown = !output.json && process.stderr.isTTY;
  }

  readonly draw = ({ phase, ratio, filesDone, filesTotal }: Progress): void => {
    if (!this.#isShown) return;
    const filled = Math.round(ratio * width);
    const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
    const files = filesTotal === undefined ? "" : ` ${filesDone}/${filesTotal}`;
    const line = `${bar} ${String(Math.floor(ratio * 100)).padStart(3)} % ${words[phase]}${files}`;
    // Hashing reports every chunk that is read; a terminal need not.
    if (line === this.#drawn) return;
    this.#drawn = line;
    process.stderr.write(`\r\u001B[K${line}`);
  };

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#drawn !== "") process.stderr.write("\r\u001B[K");
    this.#drawn = "";
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
