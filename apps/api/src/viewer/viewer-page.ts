import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a page says before its script has run; the last three are final. */
export type FirstState = "opening" | "expired" | "missing" | "invalid";

/** The viewer's page: one self-contained document, the same for every preview. */
export interface ViewerPage {
  html: (state: FirstState) => string;
  contentSecurityPolicy: string;
}

const entry = new URL("./page/viewer.js", import.meta.url);
const importLine = /^import [^;]+ from "(\.\/[\w-]+\.js)";\n/gm;

/**
 * The script and what it imports as one, each file after those that it needs. Their names are unique and they import nothing but each
 * other, so without the import and export words they are one scope.
 */
function joinScripts(file: URL, joined = new Map<string, string>()): Map<string, string> {
  if (joined.has(file.href)) return joined;
  const source = readFileSync(file, "utf8");
  for (const [, path = ""] of source.matchAll(importLine)) joinScripts(new URL(path, file), joined);
  return joined.set(file.href, source.replaceAll(importLine, "").replaceAll(/^export /gm, ""));
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Reads the page's files. `storageOrigin` is where bundles come from, the only foreign origin that the page may reach. */
export function readViewerPage(storageOrigin: string): ViewerPage {
  const script = [...joinScripts(entry).values()].join("\n");
  const styleHashes: string[] = [];
  const inlineStyle = (_link: string, file: string): string => {
    const style = readFileSync(new URL(file, entry), "utf8");
    styleHashes.push(hashSource(style));
    return `<style>${style}</style>`;
  };
  const html = readFileSync(new URL("viewer.html", entry), "utf8")
    .replaceAll(/<link rel="stylesheet" href="([\w-]+\.css)" \/>/g, inlineStyle)
    .replace('<script type="module" src="viewer.js"></script>', () => `<script type="module">${script}</script>`);
  return {
    html: (state) => html.replace('data-state="opening"', `data-state="${state}"`),
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src ${hashSource(script)}`,
      `style-src ${styleHashes.join(" ")}`,
      `frame-src 'self' ${storageOrigin}`,
      `connect-src 'self' ${storageOrigin}`,
      `img-src 'self' data: ${storageOrigin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ].join("; "),
  };
}
