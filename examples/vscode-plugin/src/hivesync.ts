import path from "node:path";
import { isHiveSyncError, type CredentialStore, type DeviceCode, type DocsSelection } from "@hivesync/sdk";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";

/** What this plugin needs of its editor. VS Code's own objects fit as they are. */
export interface Editor {
  /** Kept secret for the user: VS Code's SecretStorage. */
  secrets: {
    get(key: string): PromiseLike<string | undefined>;
    store(key: string, value: string): PromiseLike<void>;
    delete(key: string): PromiseLike<void>;
  };
  /** Kept with the folder: VS Code's Memento. */
  memory: { get(key: string): unknown; update(key: string, value: string): PromiseLike<void> };
  showStatus(text: string): void;
  showSignIn(code: DeviceCode): PromiseLike<void> | void;
}

type Given = { directory: string; signal: AbortSignal | undefined };
type Call = Given & { project_id: string; onProgress: (progress: { phase: string; ratio: number }) => void };

/** All of the plugin that is not about the editor. */
export class HiveSyncPlugin {
  readonly hive: NodeHiveSync;
  readonly #editor: Editor;

  constructor(baseUrl: string, editor: Editor) {
    this.#editor = editor;
    this.hive = createHiveSync({ baseUrl, credentials: keepIn(editor.secrets) });
  }

  /** Publishes a folder and answers the link. Signs in first where that is needed: with a Desktop that is signed in it is not. */
  async preview(directory: string, signal?: AbortSignal): Promise<string> {
    return (await this.#inProject({ directory, signal }, (call) => this.hive.previews.publish(call))).preview_url;
  }

  /** Writes comments into lines of a folder's file, if it is still what was read, and answers how many. Signs in as `preview` does. */
  async document(directory: string, lines: DocsSelection, signal?: AbortSignal): Promise<number> {
    const order = { job_type: "document", selection: [lines] } as const;
    const written = await this.#inProject({ directory, signal }, (call) => this.hive.docs.write({ ...call, ...order }));
    await this.hive.docs.apply(written, { directory });
    return written.edits?.length ?? 0;
  }

  /** Shows how many notifications are unread, as they come, for as long as somebody is signed in. */
  async follow(signal: AbortSignal): Promise<void> {
    let unread = 0;
    for await (const event of this.hive.events({ signal })) {
      if (event.type !== "ready" && event.type !== "notification") continue;
      unread = event.type === "ready" ? event.unread_count : unread + 1;
      this.#editor.showStatus(unread === 0 ? "" : `${unread} unread`);
    }
  }

  async #inProject<Result>(given: Given, work: (call: Call) => Promise<Result>): Promise<Result> {
    const onProgress: Call["onProgress"] = ({ phase, ratio }) =>
      this.#editor.showStatus(`${phase} ${Math.round(ratio * 100)} %`);
    const attempt = async () => work({ ...given, onProgress, project_id: await this.#findProject(given) });
    return attempt().catch(async (error: unknown) => {
      if (!isHiveSyncError(error, "AUTH_INVALID")) throw error;
      const onCode = (code: DeviceCode): void => void this.#editor.showSignIn(code);
      await this.hive.auth.loginWithDevice({ clientName: "VS Code", onCode, signal: given.signal });
      return attempt();
    });
  }

  async #findProject({ directory, signal }: Given): Promise<string> {
    const known = this.#editor.memory.get("project");
    if (typeof known === "string") return known;
    const name = path.basename(directory);
    const { id } = await this.hive.api.projects.create.mutate({ name }, signal ? { signal } : {});
    await this.#editor.memory.update("project", id);
    return id;
  }
}

/** The places in the source that kept a preview from being built. Line and column from 1. */
export function problemsOf(error: unknown) {
  if (!isHiveSyncError(error, "PREVIEW_BUILD_FAILED") || !Array.isArray(error.details)) return [];
  const rows = error.details as { file?: string | null; line?: number | null; column?: number | null; text: string }[];
  return rows.map(({ file, line, column, text }) => ({ file: file ?? "", line: line ?? 1, column: column ?? 1, text }));
}

const keepIn = (secrets: Editor["secrets"]): CredentialStore => ({
  kind: "editor",
  load: async (baseUrl) => JSON.parse((await secrets.get(baseUrl)) ?? "null") ?? undefined,
  save: async (baseUrl, login) => secrets.store(baseUrl, JSON.stringify(login)),
  clear: async (baseUrl) => secrets.delete(baseUrl),
});
