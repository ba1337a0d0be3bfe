import { PREBUILT_PARTS } from "#runtimes/prebuilt-parts.ts";
import { FRAMEWORK_PARTS } from "#runtimes/framework-parts.ts";

/** A framework runtime that is built once and put beside a preview's own script. */
export interface RuntimePart {
  readonly name: string;
  /** For people: `React 17`. */
  readonly label?: string;
  /** The part whose place it takes, with modules of the same names, in projects that ask for it (see framework-versions.ts). */
  readonly insteadOf?: string;
  /** Parts that must come before this one; its imports of their modules read from them. */
  readonly needs: readonly string[];
  /** What user code imports -> the package, or the file of in-page/, that it gets. `hivesync:` ones are for generated entries only. */
  readonly modules: Readonly<Record<string, string>>;
  /** Of packages that a project may want in another version: which version is here. Without a row the part serves every range. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Names of packages -> the dependencies of this package that hold them in the part's version. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Its packages are CommonJS: what they export is one object. */
  readonly isCommonJs?: boolean;
  /** What its modules lack of a package's names is a stand-in, and no error. */
  readonly fillsIn?: boolean;
  /** Which files of its packages see that they are in a page, also where a preview shows a phone (see as-web.ts). */
  readonly isAsWeb?: (path: string) => boolean;
  /** Names of files of its packages -> the files of in-page/ that are taken instead. */
  readonly files?: Readonly<Record<string, string>>;
  /** Modules that do something when they are imported: they are run only then. */
  readonly actsOnImport?: readonly string[];
}

/** A new framework is a new row here, with its packages in package.json. Order is the order in the page. */
export const RUNTIME_PARTS: readonly RuntimePart[] = [
  { name: "page", needs: [], modules: { "hivesync:prelude": "./prelude/prelude.ts" } },
  { name: "pages", needs: [], modules: { "hivesync:pages": "./pages/show-page.ts" } },
  { name: "public-files", needs: [], modules: { "hivesync:public-files": "./public-files.ts" } },
  {
    name: "react",
    label: "React 19",
    isCommonJs: true,
    needs: [],
    modules: {
      react: "react",
      "react/jsx-runtime": "react/jsx-runtime",
      "react/jsx-dev-runtime": "react/jsx-dev-runtime",
      "react-dom": "react-dom",
      "react-dom/client": "react-dom/client",
      "hivesync:mount-react": "./mount/mount-react.ts",
    },
  },
  {
    name: "react-native",
    needs: ["react"],
    modules: {
      "react-native": "./native/react-native.ts",
      "react-native-web": "react-native-web",
      expo: "./expo/expo.ts",
      "expo/dom": "./expo/expo-dom.ts",
      "expo/dom/global": "./expo/expo-dom.ts",
      "expo/fetch": "./expo/expo.ts",
      "expo-status-bar": "./expo/expo-status-bar.ts",
      "hivesync:mount-native": "./mount/mount-native.ts",
      "hivesync:stand-in": "./native/stand-in.ts",
      "@react-native/assets-registry/registry": "./native/assets-registry.ts",
    },
  },
  ...FRAMEWORK_PARTS,
  ...PREBUILT_PARTS,
];

/** Names of parts -> the parts that a project has in their place. */
export type PartChoice = ReadonlyMap<string, string>;

/** The part that holds the module in one version or another, by the version that projects have unless they ask for another. */
export function partOfModule(specifier: string): RuntimePart | undefined {
  const owners = RUNTIME_PARTS.filter((part) => Object.hasOwn(part.modules, specifier));
  const usual = owners.find((part) => part.insteadOf === undefined);
  return usual ?? RUNTIME_PARTS.find(({ name }) => name === owners[0]?.insteadOf);
}

/** What a project has in the place of a part. */
export function chosenPart(part: RuntimePart, choice: PartChoice): RuntimePart {
  const name = choice.get(part.name);
  return RUNTIME_PARTS.find((other) => other.name === name) ?? part;
}

/** The named parts, or what is in their place, and what they need, in page order. */
export function withNeededParts(names: ReadonlySet<string>, choice: PartChoice): RuntimePart[] {
  const byName = new Map(RUNTIME_PARTS.map((part) => [part.name, part]));
  const wanted = new Set<RuntimePart>();
  const add = (name: string): void => {
    const named = byName.get(name);
    if (named === undefined) return;
    const part = chosenPart(named, choice);
    if (wanted.has(part)) return;
    // What it needs comes first.
    part.needs.forEach(add);
    wanted.add(part);
  };
  for (const { name } of RUNTIME_PARTS) if (names.has(name)) add(name);
  return [...wanted];
}
