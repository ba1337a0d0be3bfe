import type { ModuleFormat } from "#kept-modules/module-record.ts";

/** The name of `require` in code as it was written; the bundler's own calls keep the name. */
export const OWN_REQUIRE = "__hivesync_require";

/** Lines that {@link wrapModule} puts before a module. */
export const LINES_BEFORE_MODULE = 1;

/**
 * A module as a function for the loader. A module of statements has no name of CommonJS to hide; all other code has a function
 * more, so that it may use those names for variables of its own.
 */
export function wrapModule(code: string, format: ModuleFormat): string {
  return format === "module"
    ? `__define(function (require, __0, __1, ${OWN_REQUIRE}, __give) {\n${code}});\n`
    : `__define(function (require, module, exports, ${OWN_REQUIRE}) { (function () {\n${code}}).call(exports); });\n`;
}

/**
 * Runs kept modules, each a function: lazily, in the order in which CommonJS does. A module of statements has one namespace that
 * whoever imports it gets, as in a bundle, so that cycles see what is exported later. `require` of it gives an object beside it.
 */
export const PAGE_LOADER = `var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of Object.getOwnPropertyNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = Object.getOwnPropertyDescriptor(from, key)) || desc.enumerable });
  }
  return to;
};
var __namespaces = new WeakMap(), __required = new WeakMap(), __followers = new WeakMap();
var __isObject = (value) => typeof value === "object" ? value !== null : typeof value === "function";
var __namespaceOf = (given) => __isObject(given) ? __namespaces.get(given) ?? given : given;
var __export = (target, all) => {
  __defProp(target, Symbol.toStringTag, { value: "Module" });
  for (var name in all) __defProp(target, name, { get: all[name], enumerable: true });
};
var __toCommonJS = (namespace) => {
  const known = __required.get(namespace);
  if (known) return known;
  const given = __copyProps(__defProp({}, "__esModule", { value: true }), namespace);
  __namespaces.set(given, namespace);
  __required.set(namespace, given);
  return given;
};
var __toESM = (mod, isNodeMode, target) => {
  if (__isObject(mod) && __namespaces.has(mod)) return __namespaces.get(mod);
  target = mod != null ? Object.create(Object.getPrototypeOf(mod)) : {};
  return __copyProps(isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target, mod);
};
var __spread = (from) => {
  for (const target of __followers.get(from) ?? []) {
    const before = Object.getOwnPropertyNames(target).length;
    __copyProps(target, from, "default");
    if (Object.getOwnPropertyNames(target).length === before) continue;
    __copyProps(__required.get(target), target);
    __spread(target);
  }
};
var __reExport = (target, mod) => {
  const from = __namespaceOf(mod);
  if (!__isObject(from)) return;
  __followers.set(from, [...__followers.get(from) ?? [], target]);
  __spread(from);
};
var __importOutside = (name) => {
  const promise = import(name);
  __namespaces.set(promise, promise);
  return promise;
};
var __modules = [], __targets = [];
var __define = (run) => __modules.push({ run, module: undefined });
var __load = (id) => {
  const row = __modules[id];
  if (row.module) return row.module.exports;
  const module = row.module = { exports: {} };
  const [imports, requires] = __targets[id];
  try {
    row.run(
      (name) => __hasOwnProp.call(imports, name) ? __read(imports[name], true) : __importOutside(name),
      module,
      module.exports,
      (name) => {
        if (__hasOwnProp.call(requires, name)) return __read(requires[name], false);
        throw Error('Dynamic require of "' + name + '" is not supported');
      },
      (given) => { module.exports = given; },
    );
  } catch (error) {
    row.module = undefined;
    throw error;
  }
  return module.exports;
};
var __read = (target, isImport) => {
  if (typeof target === "number") return __load(target);
  const name = target.slice(1);
  if (target[0] === "q") return globalThis.__hivesync.modules["require:" + name];
  const found = target[0] === "s" ? name === "" ? {} : __load(0).default[name] : globalThis.__hivesync.modules[name] ?? {};
  if (!isImport) return __toCommonJS(found);
  if (__isObject(found)) __namespaces.set(found, found);
  return found;
};
`;
