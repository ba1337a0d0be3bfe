import { c, cpp } from "./c-family.ts";
import { cSharp } from "./c-sharp.ts";
import { javascript, typescript } from "./ecmascript.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import type { Language } from "./language.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";

const byExtension: Readonly<Record<string, Language>> = {
  ts: typescript,
  mts: typescript,
  cts: typescript,
  tsx: typescript,
  js: javascript,
  mjs: javascript,
  cjs: javascript,
  jsx: javascript,
  py: python,
  pyi: python,
  go,
  rs: rust,
  java,
  c,
  h: c,
  cc: cpp,
  cpp,
  cxx: cpp,
  hpp: cpp,
  hh: cpp,
  hxx: cpp,
  cs: cSharp,
  rb: ruby,
  rake: ruby,
  php,
};

/** The language of a file by its name; a header is C++ when its text says so. */
export function languageOf(path: string, text: string): Language | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const isCppHeader = extension === "h" && /^\s*(?:class\s+\w|namespace\s|template\s*<|public:|using\s)/m.test(text);
  return isCppHeader ? cpp : Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined;
}

/** Every language, once. */
export const languages: readonly Language[] = [...new Set(Object.values(byExtension))];
