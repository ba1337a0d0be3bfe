/** A framework runtime that is built once and put beside a preview's own script. */
export interface RuntimePart {
  readonly name: string;
  /** Parts that must come before this one; its imports of their modules read from them. */
  readonly needs: readonly string[];
  /** What user code imports -> the package, or the file of in-page/, that it gets. `hivesync:` ones are for generated entries only. */
  readonly modules: Readonly<Record<string, string>>;
  /** Of packages that a project may want in another version: which version is here. Without a row the part serves every range. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** A new framework is a new row here, with its packages in package.json. Order is the order in the page. */
export const RUNTIME_PARTS: readonly RuntimePart[] = [
  { name: "page", needs: [], modules: { "hivesync:prelude": "./prelude.ts" } },
  {
    name: "react",
    needs: [],
    modules: {
      react: "react",
      "react/jsx-runtime": "react/jsx-runtime",
      "react/jsx-dev-runtime": "react/jsx-dev-runtime",
      "react-dom": "react-dom",
      "react-dom/client": "react-dom/client",
      "hivesync:mount-react": "./mount-react.ts",
    },
  },
  {
    name: "react-native",
    needs: ["react"],
    modules: {
      "react-native": "./react-native.ts",
      "react-native-web": "react-native-web",
      expo: "./expo.ts",
      "expo-status-bar": "./expo-status-bar.ts",
      "hivesync:mount-native": "./mount-native.ts",
      "hivesync:stand-in": "./stand-in.ts",
    },
  },
];

/** The part that holds the module, or undefined. */
export function partOfModule(specifier: string): RuntimePart | undefined {
  return RUNTIME_PARTS.find((part) => Object.hasOwn(part.modules, specifier));
}

/** The named parts and what they need, in page order. */
export function withNeededParts(names: ReadonlySet<string>): RuntimePart[] {
  const isWanted = (part: RuntimePart): boolean =>
    names.has(part.name) || RUNTIME_PARTS.some((other) => other.needs.includes(part.name) && isWanted(other));
  return RUNTIME_PARTS.filter(isWanted);
}
