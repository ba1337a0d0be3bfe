import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build as esbuild } from "esbuild";
import { readCorpusProject } from "@hivesync/preview-builder/testing/corpus-project";
import { build as viteBuild } from "vite";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { insertProjects } from "../calls.ts";
import { previewCaller, type PreviewCaller } from "../preview-caller.ts";
import { reactAppProject } from "../react-app-project.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median, medianRatio } from "../statistics.ts";

type Files = Readonly<Record<string, Uint8Array>>;

const modules = fileURLToPath(new URL("../../../packages/preview-builder/node_modules", import.meta.url));
const extensions = [".ios.tsx", ".ios.ts", ".native.ts", ".tsx", ".ts", ".jsx", ".js", ".json"];
// Of React Native's own way: it mounts the app, as our page does.
const smallEntry = "index.js";
const manyFiles = 1_000;

/** The same project with something in a file that nobody has built before. */
function changed(files: Files, file: string): Files {
  const mark = `\nexport const changedAt = "${process.hrtime.bigint()}";\n`;
  return { ...files, [file]: Buffer.concat([files[file] ?? Buffer.of(), Buffer.from(mark)]) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The project in a folder beside our node_modules, as a bundler of its own would have it. */
async function writeProject(files: Files): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-bench-app-"));
  for (const [file, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), bytes);
  }
  await symlink(modules, path.join(folder, "node_modules"));
  return folder;
}

function bareEsbuild(folder: string, entry: string): Promise<unknown> {
  return esbuild({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    sourcemap: true,
    outdir: "out",
    write: true,
    jsx: "automatic",
    logLevel: "error",
    resolveExtensions: extensions,
    alias: { "react-native": "react-native-web" },
    define: { "process.env.NODE_ENV": '"production"', __DEV__: "false" },
  });
}

function bareVite(folder: string, entry: string): Promise<unknown> {
  return viteBuild({
    root: folder,
    configFile: false,
    logLevel: "error",
    resolve: { extensions, alias: { "react-native": "react-native-web" } },
    define: { "process.env.NODE_ENV": '"production"', __DEV__: "false" },
    build: { sourcemap: true, outDir: "out-vite", rolldownOptions: { input: path.join(folder, entry) } },
  });
}

interface Peer {
  files: Files;
  folder: string;
  entry: string;
  /** The file that is another each time. */
  changing: string;
}

/** Times of each round: ours, and those of the bundlers with the same files. `inNewProject` gives callers for projects that have no preview yet. */
function compareRounds(
  rounds: number,
  [caller, inNewProject]: readonly [PreviewCaller, () => PreviewCaller],
  { files, folder, entry, changing }: Peer,
) {
  return inRounds(rounds, {
    esbuild: () => timed(() => bareEsbuild(folder, entry)),
    vite: () => timed(() => bareVite(folder, entry)),
    changed: async () => {
      const next = changed(files, changing);
      await caller.upload(next);
      return timed(() => caller.publish(next));
    },
    withUpload: () => timed(() => caller.publish(changed(files, changing))),
    unchanged: () => timed(() => caller.publish(files)),
    cold: async () => {
      const next = changed(files, changing);
      await caller.upload(next);
      return timed(() => inNewProject().publish(next));
    },
  });
}

type Times = Awaited<ReturnType<typeof compareRounds>>;

function readings(what: string, times: Times, goals: { changed: number; unchanged?: number }): Reading[] {
  const beside = { name: "esbuild", value: median(times.esbuild) };
  const against = (name: string, ours: readonly number[], goal?: number): Reading =>
    reading({
      what: `${what}, ${name}`,
      ours: median(ours),
      beside,
      unit: "ms",
      result: medianRatio(ours, times.esbuild),
      ...(goal === undefined ? {} : { goal: { bound: "at_most", value: goal } }),
    });
  return [
    against("request to openable page", times.changed, goals.changed),
    against("the same with the upload of the changed file", times.withUpload),
    against("unchanged", times.unchanged, goals.unchanged),
    against("the first preview of a project", times.cold),
    against("`vite build` instead", times.vite),
  ];
}

/** From a request to a page that opens, on a warm worker, beside bare bundlers. */
export async function measurePreviews(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-bench-worker-"));
  const { files: small } = await readCorpusProject("native-habits");
  const large = reactAppProject(Math.max(20, Math.round(manyFiles * bench.scale)));
  const folders = await Promise.all([writeProject(small), writeProject(large)]);
  const [insertedCaller] = await stack.insertCallers(1);
  if (!insertedCaller) throw new Error("there is no caller");
  const newProject = async (): Promise<string> =>
    (await insertProjects(stack.sql, [insertedCaller], 1))(insertedCaller);
  const projectId = await newProject();
  const api = await stack.startApi({ environment: { HIVESYNC_UNLIMITED_LOOPBACK: "true" } });
  await stack.startWorker({ HIVESYNC_WORKER_DATA_DIRECTORY: directory });
  try {
    const callerFor = (platform: string, project = projectId): PreviewCaller =>
      previewCaller(api.origin, insertedCaller.token, { projectId: project, platform });
    const [native, web] = [callerFor("ios"), callerFor("web")];
    const newProjects: string[] = [];
    for (let count = 0; count < bench.rounds * 3; count += 1) newProjects.push(await newProject());
    const app = { files: small, folder: folders[0], entry: smallEntry, changing: "src/habits.ts" };
    const many = { files: large, folder: folders[1], entry: "src/main.tsx", changing: "src/cards/Card1.tsx" };
    // Twice, so that runtimes are made and a child is waiting.
    for (const [caller, peer] of [
      [native, app],
      [web, many],
      [native, app],
      [web, many],
    ] as const)
      await caller.publish(changed(peer.files, peer.changing));
    await native.publish(small);
    await web.publish(large);
    const smallTimes = await compareRounds(bench.rounds * 2, [native, () => callerFor("ios", newProjects.pop())], app);
    const largeTimes = await compareRounds(bench.rounds, [web, () => callerFor("web", newProjects.pop())], many);
    return {
      readings: [
        ...readings("small React Native app", smallTimes, { changed: 0.35, unchanged: 0.05 }),
        ...readings(`one file of ${Object.keys(large).length} changed`, largeTimes, { changed: 0.5 }),
      ],
      notes: [
        "Ours is the whole way over HTTP: request, queue, worker, confined child, storage, callback, and the stream's word that it has ended. The bundlers run in the bench's own process, from a folder, with React and react-native-web in node_modules, and write a minified bundle and a source map; ours has a source map too, and does not minify what the project wrote.",
        "The larger project is a React app: components of 40 to 60 lines of TSX that hold state and show three others each, screens of twelve of them, and a CSS module for every twentieth. In one component a line is added. Ours keeps what it made of the other modules in the worker's data folder; the bundlers start anew each time.",
      ],
    };
  } finally {
    await Promise.all([directory, ...folders].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
