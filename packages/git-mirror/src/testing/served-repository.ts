import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { buffer } from "node:stream/consumers";

/** What a commit puts into a branch. */
export interface CommitInput {
  /** Default `main`. */
  branch?: string;
  message?: string;
  /** Text or bytes by path; null deletes. */
  files?: Readonly<Record<string, string | Buffer | null>>;
  /** Modes other than 100644, by path: `100755`, `120000` (the content is the target), `160000` (the content is a commit id). */
  modes?: Readonly<Record<string, string>>;
  /** Where it starts: default the branch's tip. `null`: nowhere, as for a force-push that rewrites all. */
  from?: string | null;
}

/** A bare repository of the test server, changed as an author's push would change it. */
export interface ServedRepository {
  folder: string;
  /** Runs git in it and gives its output, without the last line break. */
  git: (args: readonly string[], input?: string | Buffer) => Promise<string>;
  /** Writes a commit, many files at once (git fast-import). Gives its id. */
  commit: (input?: CommitInput) => Promise<string>;
}

// Nothing of the developer's own settings, and the same ids in every run.
const environment = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Ann",
  GIT_AUTHOR_EMAIL: "ann@example.org",
  GIT_COMMITTER_NAME: "Ann",
  GIT_COMMITTER_EMAIL: "ann@example.org",
};

async function git(folder: string, args: readonly string[], input: string | Buffer = ""): Promise<string> {
  const child = spawn("git", args, { cwd: folder, env: environment, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined).end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  if (code !== 0) throw new Error(`git ${args.join(" ")} ended with ${code}: ${stderr.toString("utf8")}`);
  return stdout.toString("utf8").replace(/\n$/, "");
}

const quotePath = (name: string): string => `"${name.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", String.raw`\n`)}"`;
const data = (content: string | Buffer): (string | Buffer)[] => [`data ${Buffer.byteLength(content)}\n`, content, "\n"];

function fileCommand(name: string, content: string | Buffer | null, mode = "100644"): (string | Buffer)[] {
  if (content === null) return [`D ${quotePath(name)}\n`];
  if (mode === "160000") return [`M ${mode} ${content.toString()} ${quotePath(name)}\n`];
  return [`M ${mode} inline ${quotePath(name)}\n`, ...data(content)];
}

let clock = 1_700_000_000;

function importStream(input: CommitInput, parent: string | undefined): Buffer {
  const { branch = "main", message = "Change", files = {}, modes = {} } = input;
  clock += 1;
  const parts = [
    ...(parent === undefined ? [`reset refs/heads/${branch}\n`] : []),
    `commit refs/heads/${branch}\ncommitter Ann <ann@example.org> ${clock} +0000\n`,
    ...data(message),
    ...(parent === undefined ? [] : [`from ${parent}\n`]),
    ...Object.entries(files).flatMap(([name, content]) => fileCommand(name, content, modes[name])),
    "done\n",
  ];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Makes an empty bare repository. */
export async function createServedRepository(
  folder: string,
  objectFormat: "sha1" | "sha256",
): Promise<ServedRepository> {
  await mkdir(folder, { recursive: true });
  await git(folder, ["init", "--quiet", "--bare", "--initial-branch=main", `--object-format=${objectFormat}`, "."]);
  const run: ServedRepository["git"] = (args, input) => git(folder, args, input);
  const commit: ServedRepository["commit"] = async (input = {}) => {
    const ref = `refs/heads/${input.branch ?? "main"}`;
    const tip = input.from === undefined ? await run(["for-each-ref", "--format=%(objectname)", ref]) : input.from;
    const parent = tip === null || tip === "" ? undefined : tip;
    await run(["fast-import", "--quiet", "--force", "--done"], importStream(input, parent));
    return run(["rev-parse", ref]);
  };
  return { folder, git: run, commit };
}
