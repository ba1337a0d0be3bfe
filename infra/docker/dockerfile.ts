import { readFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "#dev/env.ts";

/** One instruction of a Dockerfile, with its lines joined and its flags apart. */
export interface Instruction {
  keyword: string;
  /** As `--from=app`, without the dashes. */
  flags: string[];
  text: string;
}

/** A part of a Dockerfile from FROM to the next. */
export interface Stage {
  /** Of the last stage, whose files the image has, the empty string. */
  name: string;
  instructions: Instruction[];
}

const dockerfileOf = (app: string): string => path.join(repositoryRoot, "infra", "docker", `${app}.Dockerfile`);

function toInstruction(line: string): Instruction {
  const [keyword = "", ...words] = line.split(/\s+/);
  const firstWord = words.findIndex((word) => !word.startsWith("--"));
  return {
    keyword,
    flags: words.slice(0, firstWord).map((flag) => flag.slice(2)),
    text: words.slice(firstWord).join(" "),
  };
}

/** Reads the Dockerfile of an app. What stands before the first stage is in none. */
export async function readStages(app: string): Promise<Stage[]> {
  const text = await readFile(dockerfileOf(app), "utf8");
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")
    .replaceAll(/\s*\\\n\s*/g, " ")
    .split("\n");
  const stages: Stage[] = [];
  for (const instruction of lines.map(toInstruction)) {
    if (instruction.keyword === "FROM") {
      const [, name = ""] = / AS (\S+)$/.exec(instruction.text) ?? [];
      stages.push({ name, instructions: [] });
    }
    stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** The stage of that name; the empty string is that of the image itself. */
export function stageNamed(stages: readonly Stage[], name: string): Stage {
  const found = stages.find((stage) => stage.name === name);
  if (!found) throw new Error(`there is no stage ${name}`);
  return found;
}

/** What the instructions of one keyword say, in their order. */
export function textsOf(stage: Stage, keyword: string): string[] {
  return stage.instructions.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);
}

/** The one command of an instruction in its JSON form, as of CMD. */
export function commandOf(stage: Stage, keyword: "CMD" | "HEALTHCHECK"): [string, ...string[]] {
  const [text = ""] = textsOf(stage, keyword);
  return JSON.parse(text.replace(/^CMD /, "")) as [string, ...string[]];
}

/** The variables of an ENV instruction. */
export function readPairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(" ").map((pair) => pair.split("=", 2) as [string, string]));
}

/** The variables that the image sets. */
export function variablesOf(stage: Stage): Record<string, string> {
  return Object.assign({}, ...textsOf(stage, "ENV").map(readPairs)) as Record<string, string>;
}
