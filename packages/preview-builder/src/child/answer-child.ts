import type { PackageSource } from "@hivesync/package-store/package-source";
import type { ChildMessage, Reply } from "#child/child-messages.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";

/** What a child's questions are answered with. */
export interface Answerers {
  readonly packages: PackageSource | undefined;
  readonly keeper: BuildKeeper;
}

function find(told: ChildMessage, { packages, keeper }: Answerers): Promise<unknown> | undefined {
  switch (told.type) {
    case "manifests":
      return packages?.manifests(told.wanted);
    case "packs":
      return packages?.packs(told.wanted);
    case "make-runtime":
      return keeper.makeRuntime(told.part, told.mode);
    case "make-pack":
      return keeper.makePack(told.name);
    case "recall":
      return keeper.recall(told.key);
    case "keep":
      return keeper.keep(told.key, told.text);
    case "recall-modules":
      return keeper.recallModules();
    case "keep-modules":
      return keeper.keepModules(told.bytes);
    default:
      return undefined;
  }
}

/** The reply to a message that asks something; undefined for any other. */
export function answerChild(told: ChildMessage, answerers: Answerers): Promise<Reply> | undefined {
  const found = find(told, answerers);
  if (found === undefined || !("id" in told)) return undefined;
  return found.then((answer) => ({ type: "reply", id: told.id, answer }));
}
