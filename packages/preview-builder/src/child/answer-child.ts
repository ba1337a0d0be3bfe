import type { PackageSource } from "@hivesync/package-store/package-source";
import type { ChildMessage, Reply } from "#child/child-messages.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";

/** A build keeps two texts for each bundle of packages. */
const MAX_KEEPS = 32;
/** Of all of them together. */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

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

/** The replies to messages of one child that ask something; undefined for any other message. */
export function answerChild(answerers: Answerers): (told: ChildMessage) => Promise<Reply> | undefined {
  const keepsMore = boundKeeping();
  return (told) => {
    const found = keepsMore(told) ? find(told, answerers) : Promise.resolve();
    if (found === undefined || !("id" in told)) return undefined;
    return found.then((answer) => ({ type: "reply", id: told.id, answer }));
  };
}

/** True of a message that only gives something away: a child that does it does not wait for this process. */
export function isGiving(told: ChildMessage): boolean {
  return told.type === "keep" || told.type === "keep-modules";
}

/** Whether so much is still kept for one child. A build keeps little; one that was broken out of would fill the disk. What is not kept is made anew. */
function boundKeeping(): (told: ChildMessage) => boolean {
  let [keeps, characters, hasKeptModules] = [0, 0, false];
  return (told) => {
    if (told.type === "keep-modules") {
      const isFirst = !hasKeptModules && told.bytes instanceof Uint8Array;
      hasKeptModules = true;
      return isFirst;
    }
    if (told.type !== "keep") return true;
    keeps += 1;
    if (typeof told.text !== "string" || keeps > MAX_KEEPS) return false;
    characters += told.text.length;
    return characters <= MAX_KEPT_CHARACTERS;
  };
}
