/**
 * What the bundler puts before a module that it prints as CommonJS, in this order. The page's loader has these once for all
 * modules. A test holds the texts to the bundler that is installed.
 */
const HELPERS: readonly string[] = [
  `var __create = Object.create;\n`,
  `var __defProp = Object.defineProperty;\n`,
  `var __getOwnPropDesc = Object.getOwnPropertyDescriptor;\n`,
  `var __getOwnPropNames = Object.getOwnPropertyNames;\n`,
  `var __getProtoOf = Object.getPrototypeOf;\n`,
  `var __hasOwnProp = Object.prototype.hasOwnProperty;\n`,
  `var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};\n`,
  `var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};\n`,
  `var __reExport = (target, mod, secondTarget) => (__copyProps(target, mod, "default"), secondTarget && __copyProps(secondTarget, mod, "default"));\n`,
  `var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));\n`,
  `var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);\n`,
];

/** These come before all else. The page is strict anyway, other directives are for servers, and no browser runs files by their names. */
const HASHBANG_AND_DIRECTIVES = /(?:#![^\n]*\n)?(?:(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*');\n)*/y;

/** Names inside of them get a number where the module has the same name at its top. */
const LOCAL_NAMES = /\b(?:target|all|name|to|from|except|desc|key|mod|secondTarget|isNodeMode)\b/g;
const NUMBERED_HELPERS = HELPERS.map(
  (text) =>
    new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(LOCAL_NAMES, String.raw`$&\d*`), "y"),
);

/** Another helper, as for decorators: it stays in the module. Lines of a statement begin with a space or end a bracket. */
const STATEMENT = /var __\w+ = [^\n]*\n(?:[ })\]][^\n]*\n)*/y;

/** Takes from printed code what the page's loader has. */
export function dropHelpers(code: string): { readonly code: string; readonly droppedLines: number } {
  let at = lengthOf(HASHBANG_AND_DIRECTIVES, code, 0);
  let dropped = code.slice(0, at);
  let kept = "";
  for (let length = helperLength(code, at), isKept = false; ; length = helperLength(code, at), isKept = false) {
    if (length === 0) {
      isKept = true;
      length = lengthOf(STATEMENT, code, at);
    }
    if (length === 0) break;
    const text = code.slice(at, at + length);
    if (isKept) kept += text;
    else dropped += text;
    at += length;
  }
  return { code: kept + code.slice(at), droppedLines: dropped.split("\n").length - 1 };
}

function helperLength(code: string, at: number): number {
  if (!code.startsWith("var __", at)) return 0;
  const exact = HELPERS.find((helper) => code.startsWith(helper, at));
  if (exact !== undefined) return exact.length;
  return NUMBERED_HELPERS.reduce((length, helper) => length || lengthOf(helper, code, at), 0);
}

function lengthOf(pattern: RegExp, code: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0].length ?? 0;
}
