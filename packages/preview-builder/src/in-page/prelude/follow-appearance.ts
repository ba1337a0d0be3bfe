import type { ViewerMessage } from "./page-messages.ts";
import { isFramed } from "./tell-viewer.ts";

const darkQuery = "(prefers-color-scheme: dark)";
const schemeFeature = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;
const always = "(min-width: 0px)";
const never = "(min-width: 9999999px)";
// Browsers that pass the frame's colour scheme on need a moment for it.
const settleMs = 150;

const ask = window.matchMedia.bind(window);
const isNativelyDark = (): boolean => ask(darkQuery).matches;
const isDarkDocument = (wanted: boolean | undefined): boolean => wanted ?? isNativelyDark();

/** The query as it reads for somebody who prefers dark or light. */
function settle(query: string, dark: boolean): string {
  return query.replaceAll(schemeFeature, (_, scheme: string) =>
    (scheme.toLowerCase() === "dark") === dark ? always : never,
  );
}

const listening = new Set<SchemeQuery>();

/** A media query that also follows the viewer's choice. */
class SchemeQuery extends EventTarget {
  readonly media: string;
  readonly #isMet: () => boolean;
  #was: boolean;
  #onchange: EventListener | null = null;

  constructor(media: string, isMet: () => boolean) {
    super();
    this.media = media;
    this.#isMet = isMet;
    this.#was = isMet();
  }

  get matches(): boolean {
    return this.#isMet();
  }

  get onchange(): EventListener | null {
    return this.#onchange;
  }

  set onchange(listener: EventListener | null) {
    this.removeEventListener("change", this.#onchange);
    this.#onchange = listener;
    this.addEventListener("change", listener);
  }

  // One that somebody listens to lives on, as the browser's own do.
  override addEventListener(...values: Parameters<EventTarget["addEventListener"]>): void {
    super.addEventListener(...values);
    listening.add(this);
  }

  addListener(listener: EventListener): void {
    this.addEventListener("change", listener);
  }

  removeListener(listener: EventListener): void {
    this.removeEventListener("change", listener);
  }

  tellChange(): void {
    const matches = this.#isMet();
    if (matches === this.#was) return;
    this.#was = matches;
    this.dispatchEvent(Object.assign(new Event("change"), { matches, media: this.media }));
  }
}

const originals = new WeakMap<CSSMediaRule, string>();

/** Reads the page's style rules as they apply to somebody who prefers dark or light. */
function settleRules(rules: CSSRuleList, dark: boolean): void {
  for (const rule of rules) {
    if (rule instanceof CSSMediaRule) {
      const media = originals.get(rule) ?? rule.media.mediaText;
      if (media.includes("prefers-color-scheme")) {
        originals.set(rule, media);
        rule.media.mediaText = settle(media, dark);
      }
    }
    if (rule instanceof CSSGroupingRule) settleRules(rule.cssRules, dark);
  }
}

function settleSheets(dark: boolean): void {
  for (const sheet of document.styleSheets) {
    try {
      settleRules(sheet.cssRules, dark);
    } catch {
      // A sheet of another server shows its rules to nobody.
    }
  }
}

/**
 * The viewer's choice of light or dark. Browsers tell a frame by themselves; where one does not, media queries are answered and the page's
 * rules are read as if it did.
 */
export function followAppearance(start: boolean | undefined): void {
  if (!isFramed) return;
  let wanted = start;
  let isSettled = false;
  const follow = (): void => {
    const dark = isDarkDocument(wanted);
    isSettled ||= dark !== isNativelyDark();
    if (isSettled) settleSheets(dark);
    for (const query of listening) query.tellChange();
  };
  window.matchMedia = (query) => {
    if (!query.includes("prefers-color-scheme")) return ask(query);
    const made = new SchemeQuery(ask(query).media, () => ask(settle(query, isDarkDocument(wanted))).matches);
    return made;
  };
  ask(darkQuery).addEventListener("change", follow);
  window.addEventListener("load", follow);
  window.addEventListener("message", ({ source, data }: MessageEvent<Partial<ViewerMessage> | null>) => {
    if (source !== window.parent || data?.type !== "hivesync:appearance") return;
    wanted = data.dark === true;
    setTimeout(follow, settleMs);
  });
}
