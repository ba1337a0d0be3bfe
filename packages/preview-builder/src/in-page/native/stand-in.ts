import { createElement } from "react";
import type { ReactNode } from "react";

const BOX =
  "box-sizing:border-box;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:2px;min-height:72px;padding:12px;" +
  "border:1.5px dashed #8a8f98;border-radius:10px;color:#5b616b;background:#8a8f9814;font:13px/1.4 system-ui,sans-serif;text-align:center";
const said = new Set<string>();

function sayOnce(name: string): void {
  if (said.has(name)) return;
  said.add(name);
  globalThis.console.info(`${name} needs a device: in this preview it does nothing.`);
}

/** The name of a component in the box that stands for it. */
function boxOf(label: string) {
  function StandIn({ children, style }: { children?: ReactNode; style?: unknown }): ReactNode {
    const box = (element: HTMLElement | null): void => element?.setAttribute("style", BOX + sizeOf(style));
    const text = createElement("strong", null, label);
    const hint = createElement("span", { style: { fontSize: 11 } }, "shows on a device");
    return createElement(
      "div",
      { ref: box, role: "img", "aria-label": `${label}, shows on a device` },
      text,
      hint,
      children,
    );
  }
  StandIn.displayName = label;
  return StandIn;
}

/** A box is as large as the app wants it; nothing else of its style fits it. */
function sizeOf(style: unknown): string {
  const flat = Object.assign({}, ...[style].flat(9).filter((row) => typeof row === "object")) as Record<
    string,
    unknown
  >;
  const rows = ["width", "height", "flex", "margin", "alignSelf"].map((name) => {
    const value = flat[name];
    if (typeof value !== "number" && typeof value !== "string") return "";
    const unit = typeof value === "number" && name !== "flex" ? "px" : "";
    return `;${name.replace("S", "-s")}:${value}${unit}`;
  });
  return rows.join("");
}

/** Something that may be called, awaited, made, shown and asked for anything, and does nothing. */
function standInFor(label: string, name: string): unknown {
  if (/^use[A-Z]/.test(name)) {
    return () => {
      sayOnce(label);
      return /permission/i.test(name)
        ? [{ status: "undetermined", granted: false }, () => Promise.resolve({ granted: false })]
        : undefined;
    };
  }
  const isComponent =
    /^(?:default|[A-Z][a-z])/.test(name) && !/(?:Type|Mode|Event|Status|Options|Error|Manager)s?$/.test(name);
  const callable = isComponent ? boxOf(label) : () => (sayOnce(label), Promise.resolve(undefined));
  return new Proxy(callable, {
    get: (target, key) => {
      if (key in target || typeof key === "symbol") return Reflect.get(target, key) as unknown;
      // What React and promises ask of everything.
      if (
        ["then", "$$typeof", "defaultProps", "propTypes", "contextType", "getDerivedStateFromProps", "toJSON"].includes(
          key,
        )
      )
        return undefined;
      return standInFor(/^[A-Z]/.test(key) && isComponent ? `${label}.${key}` : label, key);
    },
  });
}

function exportOf(specifier: string, key: string): unknown {
  // How a library asks for its native component by name.
  if (/^(?:codegenNative|requireNative)Component$/.test(specifier)) {
    return (name: string) => (standIn(name) as { default: unknown }).default;
  }
  return standInFor(key === "default" ? specifier : `${specifier} ${key}`, key);
}

/** The exports of a package that only a device can run. */
export function standIn(specifier: string): unknown {
  const made = new Map<string, unknown>();
  return new Proxy(Object.create(null) as object, {
    get: (_, key) => {
      if (typeof key === "symbol" || key === "then" || key === "$$typeof") return undefined;
      if (key === "__esModule") return true;
      if (!made.has(key)) made.set(key, exportOf(specifier, key));
      return made.get(key);
    },
    has: () => true,
    getPrototypeOf: () => null,
  });
}
