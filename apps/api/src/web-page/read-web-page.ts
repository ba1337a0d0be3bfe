import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** A page of ours as one self-contained document, with the sources that its policy has to allow. */
export interface WebPage {
  html: string;
  /** For `script-src` and `style-src` of a Content-Security-Policy. */
  scriptSource: string;
  styleSource: string;
}

/** The file with all that it imports as one, without what only its readers need. */
function bundle(file: URL): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(file)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    tsconfigRaw: {},
  });
  // The parser of the page would take either for an end, or the beginning of a comment.
  return (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Reads a page by its script: the document stands beside it under the same name, with links to its style sheets. */
export function readWebPage(script: URL): WebPage {
  const code = bundle(script);
  const styleSources: string[] = [];
  const inlineStyle = (_link: string, file: string): string => {
    const style = readFileSync(new URL(file, script), "utf8");
    styleSources.push(hashSource(style));
    return `<style>${style}</style>`;
  };
  const html = readFileSync(new URL(script.href.replace(/\.[jt]s$/, ".html")), "utf8")
    .replaceAll(/<link rel="stylesheet" href="([\w./-]+\.css)" \/>/g, inlineStyle)
    .replace(/<script type="module" src="[\w-]+\.[jt]s"><\/script>/, () => `<script type="module">${code}</script>`);
  return { html, scriptSource: hashSource(code), styleSource: styleSources.join(" ") };
}
