import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A page of ours as one self-contained document, with the sources that its policy has to allow. */
export interface WebPage {
  html: string;
  /** For `script-src` and `style-src` of a Content-Security-Policy. */
  scriptSource: string;
  styleSource: string;
}

const importLine = /^import [^;]+ from "(\.{1,2}\/[\w./-]+\.js)";\n/gm;

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

/** Reads a page by its script: the document stands beside it under the same name, with links to its style sheets. */
export function readWebPage(script: URL): WebPage {
  const joined = [...joinScripts(script).values()].join("\n");
  const styleSources: string[] = [];
  const inlineStyle = (_link: string, file: string): string => {
    const style = readFileSync(new URL(file, script), "utf8");
    styleSources.push(hashSource(style));
    return `<style>${style}</style>`;
  };
  const html = readFileSync(new URL(script.href.replace(/\.js$/, ".html")), "utf8")
    .replaceAll(/<link rel="stylesheet" href="([\w./-]+\.css)" \/>/g, inlineStyle)
    .replace(/<script type="module" src="[\w-]+\.js"><\/script>/, () => `<script type="module">${joined}</script>`);
  return { html, scriptSource: hashSource(joined), styleSource: styleSources.join(" ") };
}
