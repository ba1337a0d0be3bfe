import * as vscode from "vscode";
import { HiveSyncPlugin, problemsOf } from "./hivesync.ts";

export function activate(context: vscode.ExtensionContext): void {
  const bar = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left);
  const problems = vscode.languages.createDiagnosticCollection("hivesync");
  const leaving = new AbortController();
  const showStatus = (text: string): void => void (bar.text = `$(radio-tower) HiveSync ${text}`.trim());
  const plugin = new HiveSyncPlugin(vscode.workspace.getConfiguration("hivesync").get("apiUrl", ""), {
    secrets: context.secrets,
    memory: context.workspaceState,
    showStatus,
    showSignIn: async ({ userCode, urlWithCode }) => {
      const chosen = await vscode.window.showInformationMessage(`Your code is ${userCode}`, "Sign in");
      if (chosen) await vscode.env.openExternal(vscode.Uri.parse(urlWithCode));
    },
  });
  let following: Promise<void> | undefined;
  // Without a login there is nothing to hear; after the next sign-in there is.
  const follow = (): void =>
    void (following ??= plugin.follow(leaving.signal).catch(() => void (following = undefined)));

  const inFolder = async (work: (directory: string) => Promise<unknown>): Promise<void> => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (!folder) return void vscode.window.showInformationMessage("Open a folder first.");
    problems.clear();
    try {
      await work(folder.fsPath);
    } catch (error) {
      const found = problemsOf(error).map(({ file, line, column, text }): [vscode.Uri, vscode.Diagnostic[]] => {
        const place = new vscode.Range(line - 1, column - 1, line - 1, column);
        return [vscode.Uri.joinPath(folder, file), [new vscode.Diagnostic(place, text)]];
      });
      problems.set(found);
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
    showStatus("");
    follow();
  };
  const preview = async (directory: string): Promise<unknown> =>
    vscode.env.openExternal(vscode.Uri.parse(await plugin.preview(directory, leaving.signal)));
  const document = async (directory: string, editor = vscode.window.activeTextEditor): Promise<void> => {
    if (!editor || !(await editor.document.save())) return;
    const { start, end } = editor.selection;
    const selected = { path: vscode.workspace.asRelativePath(editor.document.uri, false), line_start: start.line + 1 };
    const count = await plugin.document(directory, { ...selected, line_end: end.line + 1 }, leaving.signal);
    if (count === 0) void vscode.window.showInformationMessage("No comment was missing.");
  };

  const register = (name: string, run: () => unknown): void =>
    void context.subscriptions.push(vscode.commands.registerCommand(`hivesync.${name}`, run));
  register("preview", () => inFolder(preview));
  register("document", () => inFolder(document));
  register("signOut", () => plugin.hive.auth.logout());
  context.subscriptions.push(bar, problems, { dispose: () => leaving.abort() });
  bar.command = "hivesync.preview";
  bar.show();
  showStatus("");
  follow();
}
