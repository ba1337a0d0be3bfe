import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, BuildOptions, BuildResult, BuildSuccess, ManifestFile } from "#build-result.ts";
import { buildPreview } from "#build-preview.ts";
import type { BuildRequest } from "#build-request.ts";

/** A project by path; texts and bytes alike. */
export type TestProject = Readonly<Record<string, string | Uint8Array>>;

/** Builds small projects in a temporary folder of its own. */
export interface TestBuilder extends AsyncDisposable {
  readonly runtimeCacheDirectory: string;
  build(project: TestProject, options?: Partial<BuildOptions>, more?: Partial<BuildRequest>): Promise<BuildResult>;
  /** The same for a project that builds: gives the page's text too. */
  page(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildSuccess & { text: string }>;
  /** The same for a project that does not. */
  failure(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildFailure>;
}

export async function createTestBuilder(): Promise<TestBuilder> {
  const runtimeCacheDirectory = await mkdtemp(join(tmpdir(), "hivesync-runtimes-"));
  const build: TestBuilder["build"] = async (project, options, more) => {
    const { files, blobs } = manifestOf(project);
    const readBlob = (sha256: string): Promise<Uint8Array> => {
      const bytes = blobs.get(sha256);
      return bytes === undefined ? Promise.reject(new Error(`no blob ${sha256}`)) : Promise.resolve(bytes);
    };
    return await buildPreview({
      files,
      readBlob,
      options: { platform: "web", ...options },
      runtimeCacheDirectory,
      ...more,
    });
  };
  return {
    runtimeCacheDirectory,
    build,
    ...expectations(build),
    [Symbol.asyncDispose]: () => rm(runtimeCacheDirectory, { recursive: true, force: true }),
  };
}

/** Builds that have to end in one way. */
export function expectations(build: (project: TestProject, options?: Partial<BuildOptions>) => Promise<BuildResult>) {
  return {
    page: async (project: TestProject, options?: Partial<BuildOptions>): Promise<BuildSuccess & { text: string }> => {
      const result = await build(project, options);
      if (!result.ok) throw new Error(`The project should build: ${JSON.stringify(result.details)} ${result.message}`);
      return { ...result, text: Buffer.from(result.html).toString() };
    },
    failure: async (project: TestProject, options?: Partial<BuildOptions>): Promise<BuildFailure> => {
      const result = await build(project, options);
      if (result.ok) throw new Error("The project should not build.");
      return result;
    },
  };
}

export function manifestOf(project: TestProject): { files: ManifestFile[]; blobs: Map<string, Uint8Array> } {
  const blobs = new Map<string, Uint8Array>();
  const files = Object.entries(project).map(([path, content]) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    blobs.set(sha256, bytes);
    return { path, sha256, size: bytes.length };
  });
  return { files, blobs };
}

/** Writes a project's blobs as a worker's cache holds them, into a folder of their own unless one is named; gives the folder and the manifest. */
export async function writeBlobs(
  project: TestProject,
  folder?: string,
): Promise<{ files: ManifestFile[]; blobDirectory: string }> {
  const blobDirectory = folder ?? (await mkdtemp(join(tmpdir(), "hivesync-blobs-")));
  const { files, blobs } = manifestOf(project);
  await Promise.all([...blobs].map(([sha256, bytes]) => writeFile(join(blobDirectory, sha256), bytes)));
  return { files, blobDirectory };
}

/** Reads one of the repository's examples. */
export async function readExample(name: string): Promise<TestProject> {
  const root = fileURLToPath(new URL(`../../../../examples/${name}`, import.meta.url));
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const rows = paths.map(async (path) => [relative(root, path).split(sep).join("/"), await readFile(path)] as const);
  return Object.fromEntries(await Promise.all(rows));
}

/** A pixel of 1 x 1, for projects that need an image. */
export const PIXEL_PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** The smallest React Native app that does something. */
export const NATIVE_TODO: TestProject = {
  "package.json": JSON.stringify({
    name: "todo",
    main: "index.js",
    dependencies: { expo: "*", react: "*", "react-native": "*" },
  }),
  "index.js": `import { registerRootComponent } from "expo";\nimport App from "./App";\nregisterRootComponent(App);\n`,
  "App.tsx": `import { useState } from "react";
import { FlatList, Pressable, StyleSheet, Text, TextInput, View } from "react-native";
import { initial } from "./src/items";

export default function App() {
  const [items, setItems] = useState<string[]>(initial);
  const [text, setText] = useState("");
  return (
    <View style={styles.page}>
      <Text>Groceries</Text>
      <TextInput value={text} onChangeText={setText} />
      <Pressable onPress={() => setItems([...items, text])}><Text>Add</Text></Pressable>
      <FlatList data={items} renderItem={({ item }) => <Text>{item}</Text>} keyExtractor={(item) => item} />
    </View>
  );
}
const styles = StyleSheet.create({ page: { padding: 24 } });
`,
  "src/items.ts": `export const initial: string[] = ["milk", "bread"];\n`,
};
