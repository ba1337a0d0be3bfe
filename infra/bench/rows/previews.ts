import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readCorpusProject } from "@hivesync/preview-builder/testing/corpus-project";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { insertProjects } from "../calls.ts";
import type { BundlerAnswer, BundlerOrder } from "../peers/bundlers.ts";
import { hashFiles, previewCaller, type Files, type HashedFiles, type PreviewCaller } from "../preview-caller.ts";
import { reactAppProject } from "../react-app-project.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median, medianRatio } from "../statistics.ts";

const modules = fileURLToPath(new URL("../../../packages/preview-builder/node_modules", import.meta.url));
// Of React Native's own way: it mounts the app, as our page does.
const smallEntry = "index.js";
const manyFiles = 1_000;
const warmUps = 5;
const settleMs = 1_500;

/** The same project with something in a file that nobody has built before. */
function changed(files: Files, file: string): HashedFiles {
  const mark = `\nexport const changedAt = "${process.hrtime.bigint()}";\n`;
  return hashFiles({ ...files, [file]: Buffer.concat([files[file] ?? Buffer.of(), Buffer.from(mark)]) });
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

interface Bundlers extends Disposable {
  /** Milliseconds of one build. */
  build: (order: BundlerOrder) => Promise<number>;
}

function startBundlers(): Bundlers {
  const peer = fork(fileURLToPath(new URL("../peers/bundlers.ts", import.meta.url)));
  return {
    build: async (order) => {
      const answered = once(peer, "message") as Promise<[BundlerAnswer]>;
      peer.send(order);
      const [answer] = await answered;
      if (answer.ms === undefined) throw new Error(`${order.bundler} failed: ${answer.problem}`);
      return answer.ms;
    },
    [Symbol.dispose]: () => void peer.kill(),
  };
}

interface Peer {
  bundlers: Bundlers;
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
  { bundlers, files, folder, entry, changing }: Peer,
) {
  const same = hashFiles(files);
  return inRounds(rounds, {
    esbuild: () => bundlers.build({ bundler: "esbuild", folder, entry }),
    vite: () => bundlers.build({ bundler: "vite", folder, entry }),
    changed: async () => {
      const next = changed(files, changing);
      await caller.upload(next);
      return timed(() => caller.publish(next));
    },
    withUpload: () => {
      const next = changed(files, changing);
      return timed(() => caller.publish(next));
    },
    unchanged: () => timed(() => caller.publish(same)),
    cold: async () => {
      const next = changed(files, changing);
      await caller.upload(next);
      const first = await timed(() => inNewProject().publish(next));
      // The next child is started now, which is to slow down nobody.
      await sleep(settleMs);
      return first;
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

/** Runtimes are made by it, a child waits, and what runs often has been compiled, here and there. */
async function warmUp(caller: PreviewCaller, { bundlers, files, folder, entry, changing }: Peer): Promise<void> {
  for (let build = 0; build < warmUps; build += 1) {
    await caller.publish(changed(files, changing));
    await bundlers.build({ bundler: "esbuild", folder, entry });
  }
  await caller.publish(hashFiles(files));
  await sleep(settleMs);
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
  using bundlers = startBundlers();
  try {
    const callerFor = (platform: string, project = projectId): PreviewCaller =>
      previewCaller(api.origin, insertedCaller.token, { projectId: project, platform });
    const [native, web] = [callerFor("ios"), callerFor("web")];
    const newProjects: string[] = [];
    for (let count = 0; count < bench.rounds * 3; count += 1) newProjects.push(await newProject());
    const app = { bundlers, files: small, folder: folders[0], entry: smallEntry, changing: "src/habits.ts" };
    const many = { bundlers, files: large, folder: folders[1], entry: "src/main.tsx", changing: "src/cards/Card1.tsx" };
    await warmUp(native, app);
    await warmUp(web, many);
    const smallTimes = await compareRounds(bench.rounds * 2, [native, () => callerFor("ios", newProjects.pop())], app);
    const largeTimes = await compareRounds(bench.rounds, [web, () => callerFor("web", newProjects.pop())], many);
    return {
      readings: [
        ...readings("small React Native app", smallTimes, { changed: 0.35, unchanged: 0.05 }),
        ...readings(`one file of ${Object.keys(large).length} changed`, largeTimes, { changed: 0.5 }),
      ],
      notes: [
        "Ours is the whole way over HTTP: request, queue, worker, confined child, storage, callback, and the stream's word that it has ended. The bundlers run in a process of their own that stays, from a folder, with React and react-native-web in node_modules, and write a minified bundle and a source map; ours has a source map too, and does not minify what the project wrote.",
        "The larger project is a React app: components of 40 to 60 lines of TSX that hold state and show three others each, screens of twelve of them, and a CSS module for every twentieth. In one component a line is added. Ours keeps what it made of the other modules in the worker's data folder; the bundlers start anew each time.",
      ],
    };
  } finally {
    await Promise.all([directory, ...folders].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
