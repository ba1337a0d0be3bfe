import { gzipSync } from "node:zlib";
import { webPage } from "#web-page/web-page.ts";

/** What a page says before its script has run; the last three are final. */
export type FirstState = "opening" | "expired" | "missing" | "invalid";

/** A text as it is and as most clients take it. */
interface Document {
  text: string;
  gzipped: Buffer;
}

/** The viewer's page: one self-contained document, the same for every preview. */
export interface ViewerPage {
  document: (state: FirstState) => Document;
  contentSecurityPolicy: string;
}

const page = webPage(new URL("./page/viewer.ts", import.meta.url));

/** `storageOrigin` is where bundles come from, the only foreign origin that the page may reach. */
export function viewerPage(storageOrigin: string): () => Promise<ViewerPage> {
  const documents = new Map<FirstState, Document>();
  return async () => {
    const { html, scriptSource, styleSource } = await page();
    const make = (state: FirstState): Document => {
      const text = html.replace('data-state="opening"', `data-state="${state}"`);
      const made = { text, gzipped: gzipSync(text) };
      documents.set(state, made);
      return made;
    };
    return {
      document: (state) => documents.get(state) ?? make(state),
      contentSecurityPolicy: [
        "default-src 'none'",
        `script-src ${scriptSource}`,
        `style-src ${styleSource}`,
        `frame-src 'self' ${storageOrigin}`,
        `connect-src 'self' ${storageOrigin}`,
        `img-src 'self' data: ${storageOrigin}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
      ].join("; "),
    };
  };
}
