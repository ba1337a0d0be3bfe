import path from "node:path";
import { isHiveSyncError, type CredentialStore, type DeviceCode } from "@hivesync/sdk";
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

/** A place in the source that kept a preview from being built. Line and column from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  text: string;
}

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
    const publish = async () =>
      this.hive.previews.publish({
        project_id: await this.#findProject(path.basename(directory), signal),
        directory,
        signal,
        onProgress: ({ phase, ratio }) => this.#editor.showStatus(`${phase} ${Math.round(ratio * 100)} %`),
      });
    const { preview_url } = await publish().catch(async (error: unknown) => {
      if (!isHiveSyncError(error, "AUTH_INVALID")) throw error;
      const onCode = (code: DeviceCode): void => void this.#editor.showSignIn(code);
      await this.hive.auth.loginWithDevice({ clientName: "VS Code", onCode, signal });
      return publish();
    });
    return preview_url;
  }

  /** Shows how many notifications are unread, as they come, for as long as somebody is signed in. */
  async follow(signal: AbortSignal): Promise<void> {
    let unread = 0;
    for await (const event of this.hive.events({ signal })) {
      if (event.type === "ready") unread = event.unread_count;
      else if (event.type === "notification") unread += 1;
      else continue;
      this.#editor.showStatus(unread === 0 ? "" : `${unread} unread`);
    }
  }

  async #findProject(name: string, signal: AbortSignal | undefined): Promise<string> {
    const known = this.#editor.memory.get("project");
    if (typeof known === "string") return known;
    const { id } = await this.hive.api.projects.create.mutate({ name }, signal ? { signal } : {});
    await this.#editor.memory.update("project", id);
    return id;
  }
}

/** The places that an error of a build names. */
export function problemsOf(error: unknown): Problem[] {
  if (!isHiveSyncError(error, "PREVIEW_BUILD_FAILED") || !Array.isArray(error.details)) return [];
  const rows = error.details as { file?: string | null; line?: number | null; column?: number | null; text: string }[];
  return rows.map(({ file, line, column, text }) => ({ file: file ?? "", line: line ?? 1, column: column ?? 1, text }));
}

function keepIn(secrets: Editor["secrets"]): CredentialStore {
  return {
    kind: "editor",
    load: async (baseUrl) => JSON.parse((await secrets.get(baseUrl)) ?? "null") ?? undefined,
    save: async (baseUrl, login) => secrets.store(baseUrl, JSON.stringify(login)),
    clear: async (baseUrl) => secrets.delete(baseUrl),
  };
}
