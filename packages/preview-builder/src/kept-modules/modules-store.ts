import { readFileSync } from "node:fs";
import type { BuildKeeper } from "#keeping/build-keeper.ts";
import { keepable, readState, writeState } from "#kept-modules/state.ts";
import type { KeptState } from "#kept-modules/state.ts";

/** Where the builds of one project, platform and mode find what the one before kept of its modules. */
export interface ModulesStore {
  /** What is damaged, cannot be read or is something else, is as if it were not there. */
  recall(): Promise<KeptState | undefined>;
  /** What cannot be kept is made anew by the next build, which is all that a failure means. */
  keep(state: KeptState): Promise<void>;
}

/** Keeps everything with the keeper, at once. */
export function openModulesStore(keeper: Pick<BuildKeeper, "recallModules" | "keepModules">): ModulesStore {
  return {
    recall: async () => {
      try {
        const found = await keeper.recallModules();
        if (found === undefined) return undefined;
        // Nothing else is under way, and many small reads would take longer.
        return readState(readFileSync(found));
      } catch {
        return undefined;
      }
    },
    keep: (state) => keeper.keepModules(Buffer.concat(writeState(state))).catch(() => undefined),
  };
}

/** One that remembers what was kept last, and brings it away when there is time. */
export interface RememberingStore extends ModulesStore {
  /** Brings away what was kept since the last time. */
  flush(): Promise<void>;
}

/** For a process that builds one project, platform and mode again and again. */
export function rememberModules(below: ModulesStore): RememberingStore {
  let remembered: KeptState | undefined;
  let isNew = false;
  return {
    recall: async () => (remembered ??= await below.recall()),
    keep: (state) => {
      remembered = keepable(state);
      isNew = true;
      return Promise.resolve();
    },
    flush: async () => {
      if (!isNew || remembered === undefined) return;
      isNew = false;
      await below.keep(remembered);
    },
  };
}
