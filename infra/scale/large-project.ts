import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** A project in memory: texts by their paths. */
type ProjectFiles = Readonly<Record<string, string>>;

/** How many files a project has of each sort. */
interface ProjectSize {
  /** Modules that the page reaches. */
  modules: number;
  /** Pictures in the public folder, and sources that nothing imports; of each sort as many contents as `contents` says. */
  assets: number;
  unreached: number;
  contents: number;
}

const modulesOfAGroup = 50;

/** A module of its own text, as a component that somebody wrote: it renders its number's share of what the page shows. */
function moduleText(index: number): string {
  return `import type { ReactNode } from "react";

interface Part${index}Props {
  title: string;
  children?: ReactNode;
}

export const value${index} = ${index};

export function Part${index}({ title, children }: Part${index}Props) {
  const isLong = title.length > ${index % 20};
  return (
    <section className={isLong ? "long" : "short"} data-part={value${index}}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
`;
}

function groupText(group: number, indexes: readonly number[]): string {
  const imports = indexes.map((index) => `import { Part${index}, value${index} } from "./part-${index}";`);
  const parts = indexes.map((index) => `<Part${index} key={${index}} title="Part ${index}" />`);
  return `${imports.join("\n")}

export const total${group} = ${indexes.map((index) => `value${index}`).join(" + ")};

export const Group${group} = () => <>${parts.join("")}</>;
`;
}

function mainText(groups: readonly number[]): string {
  const imports = groups.map((group) => `import { Group${group}, total${group} } from "./group-${group}";`);
  return `import { createRoot } from "react-dom/client";
${imports.join("\n")}

const total = ${groups.map((group) => `total${group}`).join(" + ")};

createRoot(document.getElementById("root")!).render(
  <main>
    <h1>Total {total}</h1>
    ${groups.map((group) => `<Group${group} />`).join("\n    ")}
  </main>,
);
`;
}

const picture = (color: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="hsl(${color} 50% 50%)"/></svg>\n`;

const oldSource = (index: number): string => `export const old = (value: number): number => value * ${index};\n`;

/**
 * A React app of a given size. Its page says "Total n" and has a section for each module.
 *
 * @param size - Its `modules` are those of the parts: groups, entry and page come on top.
 */
export function largeProject({ modules, assets, unreached, contents }: ProjectSize): ProjectFiles {
  const groups = Array.from({ length: Math.ceil(modules / modulesOfAGroup) }, (_, group) => group);
  const indexes = Array.from({ length: modules }, (_, index) => index);
  const files: [string, string][] = [
    ["index.html", '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>\n'],
    ["package.json", '{ "name": "large", "dependencies": { "react": "^19.0.0", "react-dom": "^19.0.0" } }\n'],
    ["src/main.tsx", mainText(groups)],
    ...groups.map((group): [string, string] => [
      `src/group-${group}.tsx`,
      groupText(group, indexes.slice(group * modulesOfAGroup, (group + 1) * modulesOfAGroup)),
    ]),
    ...indexes.map((index): [string, string] => [`src/part-${index}.tsx`, moduleText(index)]),
  ];
  for (let index = 0; index < assets; index += 1)
    files.push([`public/icons/set-${index % 40}/icon-${index}.svg`, picture(index % contents)]);
  for (let index = 0; index < unreached; index += 1)
    files.push([`legacy/area-${index % 60}/old-${index}.ts`, oldSource(index % contents)]);
  return Object.fromEntries(files);
}

/** Writes a project into a folder. */
export async function writeProject(directory: string, files: ProjectFiles): Promise<void> {
  const folders = new Set(Object.keys(files).map((file) => path.dirname(path.join(directory, file))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(path.join(directory, file), text)));
}
