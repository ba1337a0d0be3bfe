/** What an app keeps where the browser denies its frame every storage of its own. */
export interface KeptStorage {
  readonly local: Readonly<Record<string, string>>;
  readonly session: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
}

/** A level of the console that is passed on. */
export type ConsoleLevel = "log" | "info" | "warn" | "error";

/** What a preview's page says to the viewer that frames it. The viewer believes nothing of it: any app can say the same. */
export type PageMessage =
  /** The page begins: a load of the frame without this word shows something else. */
  | { readonly type: "hivesync:hello" }
  /** The page ends: what the frame shows next is something else. `id` is that of its start. */
  | { readonly type: "hivesync:bye"; readonly id: string }
  | { readonly type: "hivesync:error"; readonly message: string; readonly stack: string }
  | { readonly type: "hivesync:console"; readonly level: ConsoleLevel; readonly text: string }
  /** Where the app is now, as it sees itself. */
  | { readonly type: "hivesync:path"; readonly path: string }
  /** The app is to be loaded anew at a path, as a link without a router does. `byApp` when no person had a hand in it. */
  | { readonly type: "hivesync:navigate"; readonly path: string; readonly byApp: boolean }
  | { readonly type: "hivesync:storage"; readonly storage: KeptStorage }
  /** Seconds after it began the page still shows nothing. */
  | { readonly type: "hivesync:blank" };

/** What the viewer says to the page, whenever it changes. */
export interface ViewerMessage {
  readonly type: "hivesync:appearance";
  readonly dark: boolean;
}

/** What the viewer gives a page to begin with: the frame's name is `{"hivesync": PageStart}`. */
export interface PageStart {
  readonly id?: string;
  readonly path?: string;
  readonly dark?: boolean;
  readonly storage?: KeptStorage;
}
