import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createHiveSync } from "@hivesync/sdk/node";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli, startCli, type CliRun } from "#testing/run-cli.ts";

const password = "correct horse battery staple 9";
const page = "<!doctype html><html><title>Shop</title><p>Open until six</p>";
let apps: RunningApps;
let home: string;
let folder: string;
let env: Record<string, string>;
let users = 0;

beforeAll(async () => {
  apps = await startApps();
  home = await mkdtemp(path.join(tmpdir(), "hivesync-cli-"));
});
afterAll(async () => {
  await apps[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(home, "shop-"));
  users += 1;
  const email = `user-${users}@example.com`;
  const hive = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
  await hive.auth.register({ email, username: `user-${users}`, password });
  env = { HIVESYNC_API_URL: apps.apiUrl, HIVESYNC_EMAIL: email, HIVESYNC_PASSWORD: password };
});

const run = (...args: string[]): Promise<CliRun> => runCli(args, { cwd: folder, env });
const write = (name: string, contents: string) => writeFile(path.join(folder, name), contents);
const projectFile = async () => JSON.parse(await readFile(path.join(folder, "hivesync.json"), "utf8")) as object;

describe("preview --watch", () => {
  it("makes a preview at once and at each save, tells errors and goes on, until Ctrl-C ends it with 130", async () => {
    await write("index.html", page);
    const watching = startCli(["preview", "--watch", "--json"], { cwd: folder, env });
    const events = () => watching.lines.map((line) => JSON.parse(line) as { type: string; error?: object });
    const ended = () => events().filter(({ type }) => type === "completed" || type === "failed");
    await waitUntil(ended, (found) => found.length === 1);
    expect(events().map(({ type }) => type)).toEqual(["requested", "completed"]);

    await write("main.ts", "const x = ;\n");
    await write("index.html", `${page}<script type="module" src="main.ts"></script>`);
    await waitUntil(ended, (found) => found.at(-1)?.type === "failed");
    expect(ended().at(-1)?.error).toMatchObject({
      code: "PREVIEW_BUILD_FAILED",
      details: [{ file: "main.ts", line: 1 }],
    });

    await write("main.ts", "document.body.append('mended');\n");
    await waitUntil(ended, (found) => found.at(-1)?.type === "completed");
    expect(ended().at(-1)).toMatchObject({ preview: { status: "COMPLETED", uploaded: { files: 1 } } });
    expect(await watching.end("SIGINT")).toBe(130);
    expect(watching.stderr()).toBe("");
  });

  it("tells people in words, with the link alone on stdout", async () => {
    await write("index.html", page);
    const watching = startCli(["preview", "--watch"], { cwd: folder, env });
    await waitUntil(
      () => watching.lines,
      (lines) => lines.length === 1,
    );
    expect((await fetch(String(watching.lines[0]))).status).toBe(200);
    expect(watching.stderr()).toMatch(/^Watching .*\nShown as: .+\nReady in [\d.]+ s, \d files uploaded:$/mu);
    expect(await watching.end("SIGINT")).toBe(130);
  });

  it("with --no-wait is a wrong call", async () => {
    const wrong = await run("preview", "--watch", "--no-wait", "--json");
    expect(wrong.exitCode).toBe(2);
  });
});

describe("preview", () => {
  it("that is interrupted is cancelled, so that the next one need not wait for it", async () => {
    await write("index.html", `${page}<link rel="stylesheet" href="endless.scss">`);
    await write("endless.scss", "@while true { $x: 1; }");
    const building = startCli(["preview"], { cwd: folder, env });
    const statuses = async () => (await run("previews")).stdout;
    await waitUntil(statuses, (text) => text.includes("RUNNING"));
    expect(await building.end("SIGINT")).toBe(130);
    expect(await statuses()).toContain("CANCELLED");
    await write("endless.scss", "\n");
    const ended = await run("preview");
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toMatch(/^Uploaded 1 file \(1 byte\)\.$/mu);
    expect(ended.stderr).toMatch(/^The link opens until (?:\d{4}-\d\d-\d\d )?\d\d:\d\d:$/mu);
  });
});

describe("init", () => {
  it("makes hivesync.json, says what will be published, and previews go by it", async () => {
    await write("index.html", page);
    await write("start.html", page.replace("Open until six", "Closed"));
    await write(".env", "KEY=1");
    const made = await run("init", "--entry", "start.html", "--platform", "web");
    expect(made.exitCode).toBe(0);
    expect(made.stdout).toBe(`${path.join(folder, "hivesync.json")}\n`);
    expect(made.stderr).toContain("Left out, as they look like secrets: .env");
    expect(made.stderr).toContain(".hivesyncignore");
    const remembered = { entry: "start.html", platform: "web", project_id: expect.any(String) as string };
    expect(await projectFile()).toEqual(remembered);

    const preview = (await run("preview", "--json")).json();
    expect(await (await fetch(String(preview["bundle_url"]))).text()).toContain("Closed");

    const before = await projectFile();
    expect((await run("init", "--json")).json()).toMatchObject({ entry: "start.html", project: { created: false } });
    expect(await projectFile()).toEqual(before);
  });

  it("of a file that is not there, or a file that holds something else, ends with 2 and changes nothing", async () => {
    await write("index.html", page);
    const missing = await run("init", "--entry", "nowhere.html", "--json");
    expect(missing.exitCode).toBe(2);
    await expect(projectFile()).rejects.toThrow(/ENOENT/);
    await write("hivesync.json", `{"project_id":"x","platform":"windows"}`);
    const wrong = await run("init", "--json");
    expect(wrong.exitCode).toBe(2);
    expect(await projectFile()).toEqual({ project_id: "x", platform: "windows" });
  });
});

const shortIdOf = (preview: Record<string, unknown>): string => String(preview["job_id"]).slice(0, 13);

describe("previews", () => {
  it("are listed newest first, asked for again, and cancelled only while they have not ended", async () => {
    await write("index.html", page);
    const first = (await run("preview", "--json")).json();
    expect((await run("previews")).stdout).toContain(`${shortIdOf(first)}  COMPLETED`);

    const again = await run("previews", "retry", String(first["job_id"]), "--json");
    const { job_id, preview_url } = again.json();
    expect(preview_url).not.toBe(first["preview_url"]);
    const items = (await run("previews", "list", "--json")).json()["items"];
    expect(items).toMatchObject([{ job_id, retried_from: first["job_id"] }, { job_id: first["job_id"] }]);

    const ended = await run("previews", "cancel", String(first["job_id"]), "--json");
    expect(ended.exitCode).toBe(1);
    expect(ended.json()).toMatchObject({ error: { code: "CONFLICT" } });
    expect((await run("previews", "--status", "FAILED")).stdout).toBe("No preview is FAILED.\n");
  });

  it("are told in a table with commit, time and reason, without links, of a folder that is named too", async () => {
    const git = (...args: string[]) => promisify(execFile)("git", args, { cwd: folder });
    await git("init", "-q", "-b", "main");
    await git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "--allow-empty", "-m", "One");
    const commit = (await git("rev-parse", "--short=7", "HEAD")).stdout.trim();
    await write("index.html", page);
    const built = (await run("preview", "--json")).json();
    await write("index.html", `${page}<script type="module" src="main.ts"></script>`);
    await write("main.ts", "const x = ;\n");
    await run("preview");
    const [broken, , ...rest] = (await run("previews", "--json")).json()["items"] as Record<string, unknown>[];
    expect(rest).toEqual([]);

    const listed = await runCli(["previews", "list", path.basename(folder)], { cwd: home, env });
    expect(listed.stdout.split("\n")).toEqual([
      "ID             STATUS     COMMIT        WHEN",
      `${shortIdOf(broken ?? {})}  FAILED     main ${commit}  just now`,
      `  main.ts:1:11: Unexpected ";"`,
      `${shortIdOf(built)}  COMPLETED  main ${commit}  just now`,
      "",
    ]);
    expect(listed.stderr).toContain("hivesync previews show <id>");
    expect((await runCli(["previews", "list", "nowhere"], { cwd: home, env })).exitCode).toBe(2);
  });

  it("are shown with all there is to know of them: the newest, or one by its whole id or its beginning", async () => {
    expect((await run("previews", "show")).stderr).toContain("has no project yet");
    await write("index.html", page);
    const built = (await run("preview", "--json")).json();
    const newest = await run("previews", "show");
    expect(newest.exitCode).toBe(0);
    expect(newest.stdout).toMatch(
      /^Preview {2}\S{36}\nProject {2}shop-\S+\nStatus {3}COMPLETED\nKind {5}plain HTML page\nAsked {4}just now \(.*\)\nTook {5}\d+\.\d s, after .*\nExpires {2}\S+ \S+\nLink {5}http\S+\n$/u,
    );
    const link = String(/^Link +(\S+)$/mu.exec(newest.stdout)?.[1]);
    expect((await fetch(link)).status).toBe(200);

    await write("main.ts", "const x = ;\n");
    await write("index.html", `${page}<script type="module" src="main.ts"></script>`);
    await run("preview");
    const failed = await run("previews", "show");
    expect(failed.stdout).toContain("\n\nThe preview could not be built.\n\nmain.ts:1:11: ");
    expect(failed.stdout).toContain("\n  1 | const x = ;\n");
    expect(failed.stdout).not.toContain("Link ");
    expect((await run("previews", "show", shortIdOf(built))).stdout).toBe(newest.stdout);
    expect((await run("previews", "show", String(built["job_id"]), "--json")).json()).toMatchObject({
      job_id: built["job_id"],
      timings: expect.any(Object) as object,
    });

    const ambiguous = await run("previews", "show", shortIdOf(built).slice(0, 2));
    expect(ambiguous.exitCode).toBe(2);
    expect(ambiguous.stderr).toContain(String(built["job_id"]));
    const unknown = await run("previews", "cancel", "ffff", "--json");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
  });

  it("that are named by their project's id say so, and how to list them; of another's project nothing is told", async () => {
    await write("index.html", page);
    const { project } = (await run("preview", "--no-wait", "--json")).json() as {
      project: { id: string; name: string };
    };
    const told = `Error ${project.id} is the id of the project "${project.name}", not of a preview. \`hivesync previews --project ${project.id}\` shows its previews.\n`;
    for (const command of ["show", "cancel", "retry"]) {
      expect(await run("previews", command, project.id)).toMatchObject({ exitCode: 1, stdout: "", stderr: told });
    }
    expect((await run("previews", "--project", project.id)).exitCode).toBe(0);

    const other = { email: `other-${users}@example.com`, username: `other-${users}`, password };
    await createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" }).auth.register(other);
    env = { ...env, HIVESYNC_EMAIL: other.email };
    const hidden = await run("previews", "show", project.id);
    expect(hidden.exitCode).toBe(1);
    expect(hidden.stderr).not.toContain("project");
  });
});

describe("previews retry", () => {
  const newest = async () => (await run("previews", "show", "--json")).json();

  it("waits, tells what it is shown as and until when it opens, and prints the link; without waiting it prints it at once", async () => {
    await write("index.html", page);
    const built = (await run("preview", "--json")).json();
    const again = await run("previews", "retry", shortIdOf(built));
    expect(again.exitCode).toBe(0);
    const [, until] = /^Shown as: plain HTML page\nThe link opens until (.+):\n$/u.exec(again.stderr) ?? [];
    const shown = (await run("previews", "show")).stdout;
    expect(/^Expires +(.+)$/mu.exec(shown)?.[1]).toMatch(new RegExp(` ?${until}$`, "u"));
    expect((await fetch(again.stdout.trim())).status).toBe(200);
    const { job_id } = await newest();
    expect(await newest()).toMatchObject({ status: "COMPLETED", retried_from: built["job_id"] });

    const atOnce = await run("previews", "retry", String(job_id), "--no-wait", "--json");
    expect(atOnce.json()).toMatchObject({ bundle_url: null, preview_url: expect.stringMatching(/^http/u) as string });
  });

  it("of what cannot be built ends with 4 and shows the place in the source", async () => {
    await write("index.html", `${page}<script type="module" src="main.ts"></script>`);
    await write("main.ts", "const x = ;\n");
    await run("preview");
    const { job_id } = await newest();
    const again = await run("previews", "retry", String(job_id));
    expect(again).toMatchObject({ exitCode: 4, stdout: "" });
    expect(again.stderr).toMatch(
      /^Error The preview could not be built\.\n\nmain\.ts:1:11: .*\n\n {2}1 \| const x = ;\n/u,
    );
  });

  it("that is interrupted is cancelled", async () => {
    await write("index.html", `${page}<link rel="stylesheet" href="endless.scss">`);
    await write("endless.scss", "@while true { $x: 1; }");
    expect((await run("preview", "--no-wait")).exitCode).toBe(0);
    const { job_id } = await newest();
    expect((await run("previews", "cancel", String(job_id))).exitCode).toBe(0);
    const retrying = startCli(["previews", "retry", String(job_id)], { cwd: folder, env });
    await waitUntil(newest, ({ status, retried_from }) => status === "RUNNING" && retried_from === job_id);
    expect(await retrying.end("SIGINT")).toBe(130);
    expect(await newest()).toMatchObject({ status: "CANCELLED", retried_from: job_id });
  });
});

describe("a preview that cannot be had", () => {
  // As a compiler tells it, once: the reason and what to do at its place, the line, a mark below it.
  it.each([
    {
      mistake: "a name that is not exported",
      files: { "main.ts": `import { helo } from "./greet";\nhelo();\n`, "greet.ts": "export const hello = () => 1;\n" },
      told: [
        `main.ts:1:10: No matching export in "greet.ts" for import "helo"`,
        "",
        `  1 | import { helo } from "./greet";`,
        "    |          ^",
        "",
        `greet.ts:1:14: Did you mean to import "hello" instead?`,
        "",
        "  1 | export const hello = () => 1;",
        "    |              ^",
      ],
    },
    {
      mistake: "a package that package.json does not name",
      files: { "main.ts": `import dayjs from "dayjs";\ndayjs();\n`, "package.json": "{}" },
      told: [
        `main.ts:1:19: Package "dayjs" is not in package.json. Add it there, so that previews know which version to take.`,
        "",
        `  1 | import dayjs from "dayjs";`,
        "    |                   ^",
      ],
    },
    {
      mistake: "a package.json that is no JSON",
      files: { "main.ts": "", "package.json": `{\n  "name": "shop",\n  dependencies: {}\n}` },
      told: [
        `package.json:3:3: "package.json" is not valid JSON: Expected double-quoted property name.`,
        "",
        "  3 |   dependencies: {}",
        "    |   ^",
      ],
    },
  ])("for $mistake ends with 4", async ({ files, told }) => {
    await write("index.html", `${page}<script type="module" src="main.ts"></script>`);
    for (const [name, text] of Object.entries(files)) await write(name, text);
    const failed = await run("preview");
    expect(failed).toMatchObject({ exitCode: 4, stdout: "" });
    expect(failed.stderr.split("\n").slice(1)).toEqual(["Error The preview could not be built.", "", ...told, ""]);
    const [row] = (await run("previews", "--json")).json()["items"] as { error: { message: string } }[];
    expect(`${told[0]}`.endsWith(row?.error.message.replace(/^[^ ]+: /, "") ?? "")).toBe(true);
  });

  it("for its tier says how much it is, how much it may be, and what to do", async () => {
    await write("index.html", page);
    await mkdir(path.join(folder, "many"));
    await Promise.all(Array.from({ length: 2_000 }, (_, index) => write(`many/${index}.txt`, "")));
    const failed = await run("preview");
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("Error These are 2,002 files; your tier holds 2,000. Leave out what is not needed");
    await write(".hivesyncignore", "many\n");
    expect((await run("preview")).exitCode).toBe(0);
  });

  it("for too many in a minute says how many there may be, and when to try again or that it is tried again", async () => {
    await write("index.html", page);
    for (let count = 0; count < 6; count++) expect((await run("preview", "--no-wait")).exitCode).toBe(0);
    const failed = await run("preview");
    expect(failed.exitCode).toBe(1);
    const limit = "More than 6 previews a minute, which is what your tier allows.";
    expect(failed.stderr).toMatch(new RegExp(`^Error ${limit} Try again in \\d+ s\\.\n$`, "u"));
    const error = {
      code: "RATE_LIMITED",
      message: expect.stringMatching(`^${limit} Try again in \\d+ s\\.$`) as string,
    };
    expect((await run("preview", "--json")).json()).toMatchObject({ error });

    const watching = startCli(["preview", "--watch"], { cwd: folder, env });
    const told = await waitUntil(watching.stderr, (text) => text.includes(" s."));
    expect(told.split("\n").slice(1).join("\n")).toMatch(
      new RegExp(`^Error ${limit} Trying again in \\d+ s\\.\n$`, "u"),
    );
    expect(await watching.end("SIGINT")).toBe(130);
  });
});

describe("a preview that has had its time", () => {
  it("is listed as expired with how to have it again, its link says so, and asked for again it opens", async () => {
    // Long enough to be built and seen, short enough to be waited for.
    const previewLifetimeSeconds = 8;
    await using short = await startApps({ HIVESYNC_TIERS: JSON.stringify({ Free: { previewLifetimeSeconds } }) });
    const hive = createHiveSync({ baseUrl: short.apiUrl, desktop: "off" });
    const account = { email: "short@example.com", username: "short", password };
    await hive.auth.register(account);
    env = { HIVESYNC_API_URL: short.apiUrl, HIVESYNC_EMAIL: account.email, HIVESYNC_PASSWORD: password };
    await write("index.html", page);
    const { job_id, preview_url } = (await run("preview", "--json")).json();
    const listed = await waitUntil(
      async () => (await run("previews")).stdout,
      (text) => text.includes("EXPIRED"),
    );
    expect(listed).toContain(`${shortIdOf({ job_id })}  EXPIRED  `);
    expect((await run("previews")).stderr).toContain("hivesync previews retry <id>");
    const shown = (await run("previews", "show", shortIdOf({ job_id }))).stdout;
    expect(shown).toContain(`hivesync previews retry ${String(job_id)}`);
    expect(shown).not.toContain("Link ");
    const token = String(preview_url).split("/p/")[1] ?? "";
    const asLink = { headers: { authorization: `Bearer ${token}` } };
    const answer = await fetch(`${short.apiUrl}/api/v1/preview/${String(job_id)}`, asLink);
    expect(await answer.json()).toMatchObject({ ok: false, error: { code: "AUTH_EXPIRED" } });
    const again = await run("previews", "retry", String(job_id), "--json");
    expect(again.exitCode).toBe(0);
    expect((await fetch(String(again.json()["preview_url"]))).status).toBe(200);
  });
});
