/** As much of Node's `process` as libraries ask for in a browser. */
const process = {
  browser: true,
  env: { NODE_ENV: "production" } as Record<string, string>,
  argv: [] as string[],
  version: "",
  versions: {},
  platform: "browser",
  cwd: () => "/",
  nextTick: (work: (...values: unknown[]) => void, ...values: unknown[]) => queueMicrotask(() => work(...values)),
  on: () => process,
  once: () => process,
  off: () => process,
  emit: () => false,
};

export const { browser, env, argv, version, versions, platform, cwd, nextTick, on, once, off, emit } = process;
export default process;
