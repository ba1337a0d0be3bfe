import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface PublicName {
  name: string;
  file: string;
}

/** What an index offers, and where each is declared. */
async function namesOf(index: string): Promise<PublicName[]> {
  const indexFile = new URL(index, import.meta.url);
  const exports = (await readFile(indexFile, "utf8")).matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/gu);
  return Array.from(exports).flatMap(([, names = "", from = ""]) => {
    const file = from.startsWith(".") ? new URL(from, indexFile).href : import.meta.resolve(from);
    const each = names.split(",").map((name) => name.trim().replace(/^type /u, ""));
    return each.filter((name) => name !== "").map((name) => ({ name, file: fileURLToPath(file) }));
  });
}

/** The TSDoc right before a declaration; undefined when it has none. */
function docOf(name: string, source: string): string | undefined {
  const declaration = `export (?:async )?(?:abstract )?(?:function|class|interface|type|const) ${name}\\b`;
  const found = new RegExp(`(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\n${declaration}`, "u").exec(source);
  return found?.[1];
}

describe.each(["index.ts", "node/index.ts"])("What %s offers", async (index) => {
  const names = await namesOf(index);

  it("is something", () => {
    expect(names.length).toBeGreaterThan(7);
  });

  it.each(names)("$name is documented, with an example", async ({ name, file }) => {
    expect(docOf(name, await readFile(file, "utf8"))).toContain("@example");
  });
});
