import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** A page of ours as one self-contained document, with the sources that its policy has to allow. */
export interface WebPage {
  html: string;
  /** For `script-src` and `style-src` of a Content-Security-Policy. */
  scriptSource: string;
  styleSource: string;
}

// Loaded with the first page: no start waits for it.
const esbuild = () => import("esbuild");

/** The file with all that it imports as one, without what only its readers need. */
async function bundle(file: URL): Promise<string> {
  const { build } = await esbuild();
  const { outputFiles } = await build({
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

async function bundleStyle(file: URL): Promise<string> {
  const { transform } = await esbuild();
  const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true, target: "es2022" });
  return code.trim();
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

const styleLink = /<link rel="stylesheet" href="([\w./-]+\.css)" \/>\s*/g;
const scriptElement = /<script type="module" src="[\w-]+\.[jt]s"><\/script>/;

async function read(script: URL): Promise<WebPage> {
  const source = await readFile(new URL(script.href.replace(/\.[jt]s$/, ".html")), "utf8");
  const files = [...source.matchAll(styleLink)].map(([, file = ""]) => new URL(file, script));
  const [code, ...styles] = await Promise.all([bundle(script), ...files.map(bundleStyle)]);
  const style = styles.join("");
  let isFirst = true;
  const html = source
    .replaceAll(styleLink, () => {
      const element = isFirst ? `<style>${style}</style>` : "";
      isFirst = false;
      return element;
    })
    .replace(scriptElement, () => `<script type="module">${code}</script>`);
  return { html, scriptSource: hashSource(code), styleSource: hashSource(style) };
}

/**
 * A page by its script: the document stands beside it under the same name, with links to its style sheets. It is made when it is asked for
 * first, so that no start waits for it, and then kept.
 */
export function webPage(script: URL): () => Promise<WebPage> {
  let made: Promise<WebPage> | undefined;
  const make = async (): Promise<WebPage> => {
    try {
      return await read(script);
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
  return () => (made ??= make());
}
