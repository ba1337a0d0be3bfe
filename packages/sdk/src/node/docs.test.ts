import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AiJobs, testResult } from "#testing/ai-jobs.ts";
import { startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { TestSessions } from "#testing/test-sessions.ts";
import { startUploadServer, type UploadServer } from "#testing/upload-server.ts";
import { createHiveSync, type NodeHiveSync } from "./index.ts";
import { testFolder } from "./test-folder.ts";

const project_id = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10";
const files = {
  "src/cart.ts": 'import { rate } from "./rate.js";\nimport { key } from "../.env";\nexport const total = rate;\n',
  "src/rate.ts": "export const rate = 2;\n",
  "src/cart.test.ts": "\n",
  "src/other.ts": "export {};\n",
  ".env": "SECRET=1\n",
  ".gitignore": "made.ts\n",
  "made.ts": "export {};\n",
  "dist/cart.js": "",
};
const order = { project_id, job_type: "document" as const, selection: [{ path: "src/cart.ts" }] };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

let uploads: UploadServer;
let jobs: AiJobs;
let server: ContractServer;
let hive: NodeHiveSync;
let folder: Awaited<ReturnType<typeof testFolder>>;

beforeEach(async () => {
  uploads = await startUploadServer();
  jobs = new AiJobs(uploads);
  server = await startContractServer({ ...new TestSessions().handlers, ...jobs.handlers });
  hive = createHiveSync({ baseUrl: server.baseUrl, desktop: "off" });
  await hive.auth.login({ username: "ada", password: "correct horse" });
  folder = await testFolder(files);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await uploads[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe("Writing about a folder", () => {
  it("sends the selected file, and beside it what it imports and what has its name, but no secret", async () => {
    await hive.docs.write({ ...order, directory: folder.path });
    const { selection, context } = jobs.requests[0]?.input ?? {};
    expect(selection?.map(({ path: name }) => name)).toEqual(["src/cart.ts"]);
    expect(context?.files?.map(({ path: name }) => name)).toEqual(["src/rate.ts", "src/cart.test.ts"]);
    expect(uploads.stored).toEqual(
      new Set([files["src/cart.ts"], files["src/rate.ts"], files["src/cart.test.ts"]].map(sha256)),
    );
  });

  it("takes files of memory as well", async () => {
    await hive.docs.write({ ...order, files: { "src/cart.ts": "" } });
    expect(uploads.stored).toEqual(new Set([sha256("")]));
  });

  it.each([
    [".env", "it looks like a secret"],
    ["made.ts", "it does not exist, or an ignore file leaves it out"],
    ["none.ts", "it does not exist, or an ignore file leaves it out"],
    ["dist/cart.js", "looks like build output (to publish it, write !dist into .hivesyncignore)"],
    ["../outside.ts", "it does not exist, or an ignore file leaves it out"],
  ])("refuses %s, and says why", async (name, reason) => {
    for (const wrong of [{ selection: [{ path: name }] }, { context: { files: [name] } }]) {
      await expect(hive.docs.write({ ...order, ...wrong, directory: folder.path })).rejects.toMatchObject({
        name: "LocalFileError",
        message: `${name} cannot be sent from ${folder.path}: ${reason}`,
      });
    }
    expect(jobs.requests).toEqual([]);
  });
});

describe("Applying what was written", () => {
  const documented = (name: "src/cart.ts" | "src/rate.ts", text = `// new\n${files[name]}`) => ({
    path: name,
    text,
    base_sha256: sha256(files[name]),
  });
  const read = (name: string): Promise<string> => readFile(path.join(folder.path, name), "utf8");
  const into = () => ({ directory: folder.path });

  it("puts the new texts into the files, which keep their rights, and leaves nothing else behind", async () => {
    await chmod(path.join(folder.path, "src/cart.ts"), 0o750);
    const result = { ...testResult, files: [documented("src/cart.ts"), documented("src/rate.ts")] };
    jobs.states = [
      {
        status: "COMPLETED",
        result: { ...result, files: result.files.map(({ path: name, text }) => ({ path: name, text })) },
      },
    ];
    const selection = [{ path: "src/cart.ts" }, { path: "src/rate.ts" }];
    const written = await hive.docs.write({ ...order, selection, ...into() });
    expect(await hive.docs.apply(written, into())).toEqual(["src/cart.ts", "src/rate.ts"]);
    expect(await read("src/cart.ts")).toBe(`// new\n${files["src/cart.ts"]}`);
    expect(await read("src/rate.ts")).toBe(`// new\n${files["src/rate.ts"]}`);
    expect((await stat(path.join(folder.path, "src/cart.ts"))).mode & 0o777).toBe(0o750);
    expect((await readdir(path.join(folder.path, "src"))).toSorted()).toEqual(
      ["cart.test.ts", "cart.ts", "other.ts", "rate.ts"].toSorted(),
    );
  });

  it("writes nothing at all when one file has changed, and says which", async () => {
    await writeFile(path.join(folder.path, "src/rate.ts"), "export const rate = 3;\n");
    const written = { files: [documented("src/cart.ts"), documented("src/rate.ts")] };
    await expect(hive.docs.apply(written, into())).rejects.toMatchObject({
      name: "FileChangedError",
      message: "src/rate.ts has changed since the documentation was written",
    });
    expect(await read("src/cart.ts")).toBe(files["src/cart.ts"]);
  });

  it.each([
    ["is gone", (file: string) => rename(file, `${file}.away`)],
    [
      "is a link now",
      async (file: string) => {
        await rename(file, `${file}.away`);
        await symlink(`${file}.away`, file);
      },
    ],
    [
      "lies in a folder that is a link now",
      async (file: string) => {
        await rename(path.dirname(file), `${path.dirname(file)}-away`);
        await symlink(`${path.dirname(file)}-away`, path.dirname(file));
      },
    ],
  ])("counts a file that %s as changed", async (_name, change) => {
    await change(path.join(folder.path, "src/cart.ts"));
    const applying = hive.docs.apply({ files: [documented("src/cart.ts")] }, into());
    await expect(applying).rejects.toMatchObject({ name: "FileChangedError" });
  });

  it("never leaves the folder, whatever a result names", async () => {
    const outside = path.join(folder.path, "src", "other.ts");
    await mkdir(path.join(folder.path, "inner"));
    const stolen = { path: "../src/other.ts", text: "taken", base_sha256: sha256(files["src/other.ts"]) };
    const applying = hive.docs.apply({ files: [stolen] }, { directory: path.join(folder.path, "inner") });
    await expect(applying).rejects.toMatchObject({ name: "FileChangedError" });
    expect(await readFile(outside, "utf8")).toBe(files["src/other.ts"]);
  });

  it("of a result without files does nothing", async () => {
    expect(await hive.docs.apply({}, into())).toEqual([]);
  });
});
