import { buildPreview } from "#build-preview.ts";
import type { BuildRequest } from "#build-preview.ts";

type Texts = Readonly<Record<string, string>>;

const NATIVE_APP: Texts = {
  "App.tsx": `import { Text } from "react-native";\nexport default () => <Text>hi</Text>;\n`,
};
const PAGE: Texts = {
  "index.html": `<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>`,
  "package.json": `{"dependencies": {"react": "^19.0.0", "react-dom": "^19.0.0"}}`,
  "tsconfig.json": `{"compilerOptions": {"jsx": "react-jsx"}}`,
  "src/main.tsx": `import { createRoot } from "react-dom/client";\nimport { App } from "./App";\nimport "./page.css";\ncreateRoot(document.body).render(<App />);\n`,
  "src/App.tsx": `import { useState } from "react";\nexport const App = () => { const [n, set] = useState(0); return <b onClick={() => set(n + 1)}>{n}</b>; };\n`,
  "src/page.css": `b { color: teal }\n`,
};

/**
 * A child that is started ahead of its job does builds of nothing: all code is loaded and has run then, and the bundler runs.
 *
 * @throws whatever a build throws; the signal's reason once the job has come.
 */
export async function rehearse(runtimeCacheDirectory: string, signal: AbortSignal): Promise<void> {
  await buildTexts(NATIVE_APP, { runtimeCacheDirectory, signal });
  // Into no folder: nothing of it is kept.
  const keptModules = { directory: "", name: "rehearsal", maxBytes: 0, minScripts: 0, later: () => undefined };
  await buildTexts(PAGE, { runtimeCacheDirectory, signal, keptModules });
}

async function buildTexts(
  texts: Texts,
  settings: Pick<BuildRequest, "runtimeCacheDirectory" | "signal" | "keptModules">,
): Promise<void> {
  const files = Object.entries(texts).map(([path, text]) => ({ path, sha256: path, size: Buffer.byteLength(text) }));
  const readBlob = (path: string): Promise<Uint8Array> => Promise.resolve(Buffer.from(texts[path] ?? ""));
  await buildPreview({ files, readBlob, options: { platform: "web" }, ...settings });
}
