import { readWebPage } from "#web-page/read-web-page.ts";

/** What a page says before its script has run; the last three are final. */
export type FirstState = "opening" | "expired" | "missing" | "invalid";

/** The viewer's page: one self-contained document, the same for every preview. */
export interface ViewerPage {
  html: (state: FirstState) => string;
  contentSecurityPolicy: string;
}

const script = new URL("./page/viewer.js", import.meta.url);

/** Reads the page's files. `storageOrigin` is where bundles come from, the only foreign origin that the page may reach. */
export function readViewerPage(storageOrigin: string): ViewerPage {
  const { html, scriptSource, styleSource } = readWebPage(script);
  return {
    html: (state) => html.replace('data-state="opening"', `data-state="${state}"`),
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
}
