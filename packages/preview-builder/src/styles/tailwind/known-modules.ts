import { callable } from "#configs/evaluate.ts";

/** Plugins of Tailwind that previews have themselves: what a project names of them is taken from here, never from the project. */
const PLUGINS: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
  "@tailwindcss/typography": () => import("@tailwindcss/typography"),
  "@tailwindcss/forms": () => import("@tailwindcss/forms"),
  "@tailwindcss/aspect-ratio": () => import("@tailwindcss/aspect-ratio"),
  "@tailwindcss/container-queries": () => import("@tailwindcss/container-queries"),
  "tailwindcss-animate": () => import("tailwindcss-animate"),
};

const DATA: Readonly<Record<3 | 4, Readonly<Record<string, () => Promise<{ readonly default: unknown }>>>>> = {
  3: {
    "tailwindcss/colors": () => import("tailwindcss-3/colors.js"),
    "tailwindcss/defaultTheme": () => import("tailwindcss-3/defaultTheme.js"),
  },
  4: {
    "tailwindcss/colors": () => import("tailwindcss/colors"),
    "tailwindcss/defaultTheme": () => import("tailwindcss/defaultTheme"),
  },
};

export const KNOWN_PLUGINS = Object.keys(PLUGINS);

/** A plugin by its package's name. */
export async function knownPlugin(name: string): Promise<object | undefined> {
  const plugin = Object.hasOwn(PLUGINS, name) ? (await PLUGINS[name]?.())?.default : undefined;
  return typeof plugin === "function" || (typeof plugin === "object" && plugin !== null) ? callable(plugin) : undefined;
}

/** What a config gets of the packages that it names. */
export async function knownModule(
  specifier: string,
  version: 3 | 4,
): Promise<{ readonly exports: unknown } | undefined> {
  const plugin = await knownPlugin(specifier);
  if (plugin !== undefined) return { exports: plugin };
  const name = specifier.replace(/\.js$/, "");
  const load = Object.hasOwn(DATA[version], name) ? DATA[version][name] : undefined;
  return load === undefined ? undefined : { exports: (await load()).default };
}
