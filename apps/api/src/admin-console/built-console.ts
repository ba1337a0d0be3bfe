import { stat } from "node:fs/promises";
import path from "node:path";
import { readConsole, type BuiltConsole } from "./read-console.ts";

/** The console that lies in a folder, as it is at this moment. */
export interface ConsoleFolder {
  /** Undefined while it is not built. */
  current: () => Promise<BuiltConsole | undefined>;
}

/**
 * Reads the folder at the first request, so that no start waits for it, and anew when it was built anew. What an earlier build handed out stays,
 * for pages that were open then.
 */
export function watchConsoleFolder(directory: string): ConsoleFolder {
  const page = path.join(directory, "index.html");
  let known: { builtAt: number; console: Promise<BuiltConsole> } | undefined;
  const read = async (before: Promise<BuiltConsole> | undefined): Promise<BuiltConsole> => {
    const earlier = await before?.catch(() => undefined);
    const built = await readConsole(directory);
    return { ...built, files: new Map([...(earlier?.files ?? []), ...built.files]) };
  };
  return {
    current: async () => {
      const builtAt = await stat(page).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      );
      // A build that is under way has cleared the folder: until it is done the one before serves.
      if (builtAt === undefined) return known?.console;
      if (known?.builtAt !== builtAt) known = { builtAt, console: read(known?.console) };
      try {
        return await known.console;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
  };
}
