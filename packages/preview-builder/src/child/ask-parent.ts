import type { PackageSource } from "@hivesync/package-store/package-source";
import type { PackageQuestion, PackageReply } from "#child/child-messages.ts";

/** The parent's source of packages, by messages. A parent that is gone ends this process. */
export function askParent(channel: NodeJS.Process): PackageSource {
  const waiting = new Map<number, (answers: readonly unknown[]) => void>();
  channel.on("message", (message: PackageReply) => {
    if (message.type !== "reply") return;
    waiting.get(message.id)?.(message.answers);
    waiting.delete(message.id);
  });
  const ask = (question: Pick<PackageQuestion, "type" | "wanted">): Promise<readonly unknown[]> => {
    const id = waiting.size === 0 ? 0 : Math.max(...waiting.keys()) + 1;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      channel.send?.({ ...question, id });
    });
  };
  // The parent answers each question in the form that a source has.
  return {
    manifests: (wanted) => ask({ type: "manifests", wanted }) as ReturnType<PackageSource["manifests"]>,
    packs: (wanted) => ask({ type: "packs", wanted }) as ReturnType<PackageSource["packs"]>,
  };
}
