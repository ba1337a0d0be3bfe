import { createBenchStack, type Bench, type BenchStack } from "./bench-stack.ts";
import { insertProjects, type ProjectOf } from "./calls.ts";
import { takeTurns, type Caller } from "./callers.ts";
import { connections, mostCallers } from "./compare-load.ts";
import { measureLoad, type Call, type LoadSample, type Target } from "./load.ts";

const projectsEach = 50;
const fewestCallers = 200;

/** A stack whose users have 50 projects each, and what puts a server on it under load. */
export interface ProjectStack extends BenchStack {
  projectOf: ProjectOf;
  underLoad: (
    target: Target,
    callOf: (caller: Caller) => Call,
    countsAs?: number,
  ) => (seconds: number) => Promise<LoadSample>;
}

/** Makes a stack whose users have projects. */
export async function createProjectStack(bench: Bench): Promise<ProjectStack> {
  const stack = await createBenchStack(bench);
  try {
    const callers = await stack.insertCallers(Math.max(fewestCallers, Math.round(mostCallers * bench.scale)));
    const projectOf = await insertProjects(stack.sql, callers, projectsEach);
    const nextCaller = takeTurns(callers);
    return {
      ...stack,
      projectOf,
      underLoad:
        (target, callOf, countsAs = 1) =>
        (seconds) =>
          measureLoad(target, { connections, seconds, nextCaller, callOf, countsAs }),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}
