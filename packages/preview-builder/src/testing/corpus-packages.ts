import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPackageStore } from "@hivesync/package-store/package-store";
import type { PackageSource } from "@hivesync/package-store/package-source";
import { startTestRegistry } from "@hivesync/package-store/testing/test-registry";

const installed = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** A registry on loopback for projects of the corpus, with packages that are installed here. */
export interface CorpusPackages extends AsyncDisposable {
  /** Publishes packages, with all that they depend on, and gives a source for one build. */
  sourceOf(names: readonly string[]): Promise<PackageSource>;
}

export async function openCorpusPackages(): Promise<CorpusPackages> {
  const [registry, directory] = await Promise.all([
    startTestRegistry(),
    mkdtemp(join(tmpdir(), "hivesync-corpus-packages-")),
  ]);
  const store = openPackageStore({
    directory: join(directory, "store"),
    maxBytes: 1e9,
    registry: { url: registry.url },
    limits: { tries: 1, silenceMs: 1_000 },
  });
  const published = new Set<string>();
  const publish = async (folder: string): Promise<void> => {
    if (published.has(folder)) return;
    published.add(folder);
    await registry.publishFolder(folder);
    const json = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as PackageText;
    // What a package depends on lies beside it.
    const beside = join(folder, ...json.name.split("/").map(() => ".."));
    for (const name of Object.keys(json.dependencies ?? {})) await publish(await realpath(join(beside, name)));
  };
  return {
    sourceOf: async (names) => {
      for (const name of names) await publish(await realpath(join(installed, name)));
      const folder = await mkdtemp(join(directory, "build-"));
      return store.sourceFor({ folder, signal: new AbortController().signal });
    },
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface PackageText {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
