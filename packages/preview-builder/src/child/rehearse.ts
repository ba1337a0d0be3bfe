import { buildPreview } from "#build-preview.ts";
import type { BuildRequest } from "#build-request.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";

/** Small projects that are like most: what reads and bundles those is loaded by the time that a job comes, and much of it is compiled. */
const PROJECTS: readonly Readonly<Record<string, string>>[] = [
  {
    "package.json": `{ "name": "app", "main": "index.js", "dependencies": { "react": "19", "react-native": "*" } }`,
    "tsconfig.json": `{ "compilerOptions": { "strict": true, "paths": { "@/*": ["./src/*"] } } }`,
    "index.js": `import { AppRegistry } from "react-native";\nimport App from "./src/App";\nAppRegistry.registerComponent("app", () => App);\n`,
    "src/App.tsx": `import { useState } from "react";\nimport { Text, View } from "react-native";\nimport { title } from "@/title";\nexport default function App() {\n  const [count] = useState<number>(1);\n  return <View><Text>{title(count)}</Text></View>;\n}\n`,
    "src/title.ts": "export const title = (count: number): string => `${count} items`;\n",
  },
  {
    "package.json": `{ "name": "app", "dependencies": { "react": "19", "react-dom": "19" }, "devDependencies": { "vite": "8" } }`,
    "vite.config.ts": `import { defineConfig } from "vite";\nexport default defineConfig({ plugins: [] });\n`,
    "index.html": `<!doctype html><html><head><title>App</title></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>`,
    "src/main.tsx": `import { createRoot } from "react-dom/client";\nimport "./app.css";\ncreateRoot(document.getElementById("root")!).render(<p>app</p>);\n`,
    "src/app.css": `body { margin: 0; }\n`,
  },
];

/** How often each is built. */
const ROUNDS = 2;

type Given = Pick<BuildRequest, "runtimeCacheDirectory" | "signal"> & { readonly keeper: BuildKeeper };

/** Builds of nothing that anybody asked for. */
export async function rehearse(given: Given): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) for (const project of PROJECTS) await buildTexts(project, given);
}

async function buildTexts(texts: Readonly<Record<string, string>>, given: Given): Promise<void> {
  const hashed = Object.entries(texts).map(([path, text]) => ({ path, sha256: path + text, size: text.length }));
  const blobs = new Map(hashed.map(({ path, sha256 }) => [sha256, texts[path] ?? ""]));
  const readBlob = (sha256: string): Promise<Uint8Array> => Promise.resolve(Buffer.from(blobs.get(sha256) ?? ""));
  await buildPreview({ ...given, files: hashed, readBlob, options: { platform: "web" } });
}
