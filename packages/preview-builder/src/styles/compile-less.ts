// oxlint-disable-next-line typescript/triple-slash-reference -- The declaration has to come along into whichever program reads this file.
/// <reference path="./less-core.d.ts" />
import { posix } from "node:path";
import { findImportedStyle, explainMissingStyle } from "#styles/find-style.ts";
import { rebaseUrls } from "#styles/rebase-urls.ts";
import { StyleFault, messageAt } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import type { SourceFile, TransformContext } from "#transforms/source-transform.ts";

const ENDINGS = [".less", ".css"];

/** What Less throws; lines from 1, columns from 0. */
interface LessFailure {
  readonly message: string;
  readonly filename?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Less, with nothing but the project's files to load. Its plugins, which are scripts, are refused, and its functions that read
 * files find none.
 *
 * @throws StyleFault
 */
export async function compileLess(file: SourceFile, context: TransformContext): Promise<StyleText> {
  const { default: createLess } = await import("less/lib/less/index.js");
  const texts = new Map([[file.path, file.text]]);
  const less = createLess({}, []);
  const { AbstractFileManager } = less as unknown as { AbstractFileManager: new () => Less.AbstractFileManager };
  const load = (name: string, directory: string) => loadFile(context, { name, directory, file, texts });
  class ProjectFileManager extends AbstractFileManager {
    supports(): boolean {
      return true;
    }
    override supportsSync(): boolean {
      return false;
    }
    loadFile(name: string, directory: string): Promise<Less.FileLoadResult> {
      return load(name, directory);
    }
  }
  class NoPlugins {
    loadPlugin(name: string): Promise<never> {
      return refuse(`Plugins of Less are scripts, and a build runs none: "${name}".`);
    }
  }
  Object.assign(less, { PluginLoader: NoPlugins });
  (less as unknown as { environment: { addFileManager(manager: object): void } }).environment.addFileManager(
    new ProjectFileManager(),
  );
  try {
    const { css } = await less.render(file.text, { filename: file.path, javascriptEnabled: false });
    return { path: file.path, text: css, warnings: [] };
  } catch (error) {
    if (!isLessFailure(error)) throw error;
    const path = error.filename !== undefined && texts.has(error.filename) ? error.filename : file.path;
    const place = { path, text: texts.get(path) ?? "", line: error.line ?? 1, column: error.column ?? 0 };
    throw new StyleFault([messageAt(place, readable(error.message))]);
  }
}

/** Its parser gives up where the text ends and says no more. */
function readable(message: string): string {
  return message.replace("Possibly missing something", 'Is a "}" or a ";" missing before it?');
}

function isLessFailure(error: unknown): error is LessFailure {
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}

/** In the form that Less passes on. */
function refuse(message: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(message), { type: "File" }));
}

interface Loading {
  readonly name: string;
  readonly directory: string;
  readonly file: SourceFile;
  /** Filled with what was read, by path. */
  readonly texts: Map<string, string>;
}

async function loadFile(
  context: TransformContext,
  { name, directory, file, texts }: Loading,
): Promise<Less.FileLoadResult> {
  const importer = posix.join(directory, "_");
  const path = findImportedStyle(context, name, { importer, endings: ENDINGS });
  if (path === undefined || !ENDINGS.includes(posix.extname(path))) {
    return refuse(explainMissingStyle(context, name, importer));
  }
  const text = await context.files.text(path);
  texts.set(path, text);
  const isElsewhere = posix.dirname(path) !== posix.dirname(file.path);
  return { filename: path, contents: isElsewhere ? rebaseUrls(text, posix.dirname(path), context.files) : text };
}
