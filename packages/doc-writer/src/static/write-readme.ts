import { asSentence } from "#comments/prose.ts";
import { createPause } from "#pause.ts";
import type { DocFile, EngineRun, PreparedOrder } from "#engine.ts";
import type { SourceOutline } from "#symbols/outline.ts";
import { describeSymbol, plainVoice } from "./describe-symbol.ts";
import { aboutFile, symbolLink } from "./explain.ts";
import { code, codeBlock, engineLine, link, plain } from "./markdown.ts";
import { mainSymbols } from "./summarize-selection.ts";

interface Package {
  name?: string;
  description?: string;
  scripts: [name: string, command: string][];
}

function textIn(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

function readPackage(files: readonly DocFile[]): Package | undefined {
  const manifest = files
    .filter((file) => /(?:^|\/)package\.json$/.test(file.path))
    .toSorted((a, b) => a.path.length - b.path.length)[0];
  if (manifest === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(manifest.text.replace(/^\uFEFF/, ""));
    const name = textIn(parsed, "name");
    const description = textIn(parsed, "description");
    const scripts: unknown = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "scripts") : undefined;
    const listed = typeof scripts === "object" && scripts !== null ? Object.keys(scripts) : [];
    return {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      scripts: listed.flatMap((key) => {
        const command = textIn(scripts, key);
        return command === undefined ? [] : [[key, command] as [string, string]];
      }),
    };
  } catch {
    return undefined;
  }
}

function commonFolder(outlines: readonly SourceOutline[]): string | undefined {
  const folders = outlines.map((outline) => outline.path.split("/").slice(0, -1));
  const [first = []] = folders;
  const shared = first.filter((part, index) => folders.every((folder) => folder[index] === part));
  return shared.at(-1);
}

function scripts(manifest: Package | undefined): string[] {
  if (manifest === undefined || manifest.scripts.length === 0) return [];
  const rows = manifest.scripts
    .slice(0, 20)
    .map(([name, command]) => `- ${code(`npm run ${name}`)}: runs ${code(command)}`);
  return ["## Commands", "", ...rows, ""];
}

function apiOf(outline: SourceOutline): string[] {
  const symbols = mainSymbols(outline, 8);
  if (symbols.length === 0) return [];
  const rows = symbols.map(
    (symbol) => `- ${symbolLink(symbol)}: ${asSentence(describeSymbol(symbol, plainVoice).summary)}`,
  );
  return [`### ${code(outline.path)}`, "", ...rows, ""];
}

function firstUse(outlines: readonly SourceOutline[]): string[] {
  const main = outlines.flatMap((outline) => mainSymbols(outline, 1)).find((symbol) => symbol.kind === "function");
  return main === undefined ? [] : ["## A first look", "", symbolLink(main), "", codeBlock(main.signature), ""];
}

/** The Markdown of a `readme` job: what the files themselves say about the project. */
export async function writeReadme(order: PreparedOrder, { signal, onProgress }: EngineRun): Promise<string> {
  const pause = createPause(signal);
  await pause();
  const manifest = readPackage([...order.files, ...order.context]);
  const title = manifest?.name ?? commonFolder(order.outlines) ?? "Project";
  const files = order.outlines.map((outline) => `- ${link(code(outline.path), outline.path)}: ${aboutFile(outline)}`);
  const api = order.outlines.flatMap(apiOf);
  onProgress(1);
  return [
    `# ${plain(title)}`,
    "",
    ...(manifest?.description === undefined ? [] : [plain(manifest.description), ""]),
    engineLine("static"),
    "",
    ...scripts(manifest),
    ...firstUse(order.outlines),
    "## Files",
    "",
    ...files,
    "",
    ...(api.length > 0 ? ["## Public symbols", "", ...api] : []),
  ].join("\n");
}
