import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HiveSyncPlugin, problemsOf, type Editor } from "./hivesync.ts";

const example = fileURLToPath(new URL("../../plain-html", import.meta.url));

let apps: RunningApps;
let folder: string;
/** Someone with a browser, who is signed in there. */
let ada: NodeHiveSync;

beforeAll(async () => {
  apps = await startApps();
  folder = await mkdtemp(path.join(tmpdir(), "hivesync-vscode-"));
  ada = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
  await ada.auth.register({ email: "ada@example.com", username: "ada", password: "correct horse battery staple 9" });
});

afterAll(async () => {
  await apps[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface TestEditor extends Editor {
  secrets: Editor["secrets"] & { kept: Map<string, string> };
  statuses: string[];
  signIns: number;
}

/** An editor whose user approves every sign-in. */
function createEditor(): TestEditor {
  const [kept, remembered] = [new Map<string, string>(), new Map<string, string>()];
  const editor: TestEditor = {
    secrets: {
      kept,
      get: async (key) => kept.get(key),
      store: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
    },
    memory: { get: (key) => remembered.get(key), update: async (key, value) => void remembered.set(key, value) },
    statuses: [],
    signIns: 0,
    showStatus: (text) => void editor.statuses.push(text),
    showSignIn: ({ userCode }) => {
      editor.signIns += 1;
      void ada.api.auth.deviceApprove.mutate({ user_code: userCode });
    },
  };
  return editor;
}

const editor = createEditor();

test("The first preview asks to sign in, and shows how far it has come; the link opens", async () => {
  await cp(example, folder, { recursive: true });
  const url = await new HiveSyncPlugin(apps.apiUrl, editor).preview(folder);
  expect((await fetch(url)).status).toBe(200);
  expect(editor.signIns).toBe(1);
  expect(editor.statuses.at(-1)).toBe("done 100 %");
});

test("After a restart of the editor the login and the project are still known", async () => {
  const plugin = new HiveSyncPlugin(apps.apiUrl, editor);
  await plugin.preview(folder);
  expect(editor.signIns).toBe(1);
  expect((await plugin.hive.auth.me()).username).toBe("ada");
  expect((await ada.api.projects.list.query({})).items).toHaveLength(1);
});

test("A build that fails names the places in the source", async () => {
  const broken = path.join(folder, "broken");
  await cp(example, broken, { recursive: true });
  await writeFile(path.join(broken, "index.html"), `<!doctype html><script type="module" src="main.ts"></script>`);
  await writeFile(path.join(broken, "main.ts"), "export {};\nconst x = ;\n");
  const error = await new HiveSyncPlugin(apps.apiUrl, editor).preview(broken).catch((reason: unknown) => reason);
  expect(problemsOf(error)).toMatchObject([{ file: "main.ts", line: 2, column: 11 }]);
  expect(problemsOf(new Error("another"))).toEqual([]);
});

test("Documenting lines of a file writes the comments that they lack into it, and no others", async () => {
  const file = path.join(folder, "price.js");
  const [first, second] = ["export const net = (price) => price;\n", "export const gross = (price) => price * 1.2;\n"];
  await writeFile(file, first + second);
  const lines = { path: "price.js", line_start: 2, line_end: 2 };
  const plugin = new HiveSyncPlugin(apps.apiUrl, editor);
  expect(await plugin.document(folder, lines)).toBe(1);
  const documented = await readFile(file, "utf8");
  expect(documented.startsWith(`${first}/**`)).toBe(true);
  expect(documented.endsWith(`*/\n${second}`)).toBe(true);
  expect(editor.statuses.at(-1)).toBe("done 100 %");
  expect(await plugin.document(folder, { ...lines, line_end: 20 })).toBe(0);
});

test("The status bar counts what is unread, as it comes, until the editor closes", async () => {
  const closing = new AbortController();
  await ada.api.notifications.markAllRead.mutate({});
  const following = new HiveSyncPlugin(apps.apiUrl, editor).follow(closing.signal);
  await waitUntil(
    () => editor.statuses.at(-1),
    (status) => status === "",
  );
  await ada.previews.publish({ project_id: String(editor.memory.get("project")), directory: folder });
  await waitUntil(
    () => editor.statuses.at(-1),
    (status) => status === "1 unread",
  );
  closing.abort(new Error("closed"));
  await expect(following).rejects.toThrow("closed");
});
