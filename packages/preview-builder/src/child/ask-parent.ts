import type { PackageSource } from "@hivesync/package-store/package-source";
import type { BuildKeeper } from "#keeping/build-keeper.ts";
import type { Question, Reply } from "#child/child-messages.ts";

/** What a child has by asking its parent. A parent that is gone ends this process. */
export interface Parent {
  readonly packages: PackageSource;
  readonly keeper: BuildKeeper;
}

/** Speaks with the parent by messages. */
export function askParent(channel: NodeJS.Process): Parent {
  const waiting = new Map<number, (answer: unknown) => void>();
  let count = 0;
  channel.on("message", (message: Reply) => {
    if (message.type !== "reply") return;
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  });
  // The parent answers each question in the form that is asked for.
  const ask = <Answer>(question: Question): Promise<Answer> => {
    const id = count++;
    return new Promise((resolve) => {
      waiting.set(id, resolve as (answer: unknown) => void);
      channel.send?.({ ...question, id });
    });
  };
  return {
    packages: {
      manifests: (wanted) => ask({ type: "manifests", wanted }),
      packs: (wanted) => ask({ type: "packs", wanted }),
    },
    keeper: {
      makeRuntime: (part, mode) => ask({ type: "make-runtime", part, mode }),
      makePack: (name) => ask({ type: "make-pack", name }),
      recall: (key) => ask({ type: "recall", key }),
      keep: (key, text) => ask({ type: "keep", key, text }),
      recallModules: () => ask({ type: "recall-modules" }),
      keepModules: (bytes) => ask({ type: "keep-modules", bytes }),
    },
  };
}
