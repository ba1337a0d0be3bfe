import { parseFragment } from "parse5";
import type { DefaultTreeAdapterTypes } from "parse5";
import { attribute, elementsIn } from "#page/html-tree.ts";
import type { HtmlElement } from "#page/html-tree.ts";

type SvgNode = DefaultTreeAdapterTypes.ChildNode;

/** Never part of a picture. */
const LEFT_OUT = new Set(["script", "metadata", "title"]);

export interface SvgComponentOptions {
  /** React Native's `style` may be a list. */
  readonly isNative: boolean;
}

/** The module of a React component that draws the picture, as SVGR makes it; undefined for what holds none. */
export function svgComponent(svg: string, { isNative }: SvgComponentOptions): string | undefined {
  const root = elementsIn(parseFragment(svg)).find(({ tagName }) => tagName === "svg");
  if (root === undefined) return undefined;
  const title = elementsIn(root).find(({ tagName }) => tagName === "title");
  const ownTitle = title?.childNodes.map((child) => ("value" in child ? child.value : "")).join("") ?? "";
  const children = root.childNodes.map(writeNode).filter((code) => code !== "");
  const style = isNative ? `if (props.style) props.style = StyleSheet.flatten(props.style);` : "";
  return `import { createElement as h } from "react";
${isNative ? `import { StyleSheet } from "react-native";` : ""}
const own = ${writeProps(root)};
export default function Svg({ title = ${JSON.stringify(ownTitle)}, titleId, svgRef, ...given }) {
  const props = { ...own, ...given };
  if (svgRef) props.ref = svgRef;
  if (titleId) props["aria-labelledby"] = titleId;
  ${style}
  return h("svg", props, title ? h("title", titleId ? { id: titleId } : null, title) : null${children.map((code) => `, ${code}`).join("")});
}
export { Svg as ReactComponent };
`;
}

function writeNode(node: SvgNode): string {
  if ("value" in node) return node.value.trim() === "" ? "" : JSON.stringify(node.value);
  if (!("tagName" in node) || LEFT_OUT.has(node.tagName)) return "";
  const children = node.childNodes.map(writeNode).filter((code) => code !== "");
  return `h(${[JSON.stringify(node.tagName), writeProps(node), ...children].join(", ")})`;
}

function writeProps(element: HtmlElement): string {
  const rows = element.attrs.flatMap(({ prefix, name, value }) => {
    const full = prefix === undefined || prefix === "" ? name : `${prefix}:${name}`;
    if (/^on/i.test(full)) return [];
    const written = full === "style" ? writeStyle(attribute(element, "style") ?? "") : JSON.stringify(value);
    return [`${JSON.stringify(propName(full))}: ${written}`];
  });
  return `{ ${rows.join(", ")} }`;
}

/** React writes names without dashes and colons, but for those of `data-` and `aria-`. */
function propName(name: string): string {
  if (name === "class") return "className";
  if (/^(?:data|aria)-/.test(name)) return name;
  return name.replaceAll(/[-:]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function writeStyle(style: string): string {
  const rows = style.split(";").flatMap((row) => {
    const colon = row.indexOf(":");
    if (colon === -1) return [];
    const name = row.slice(0, colon).trim();
    const key = name.startsWith("--")
      ? name
      : name.replace(/^-ms-/, "ms-").replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [`${JSON.stringify(key)}: ${JSON.stringify(row.slice(colon + 1).trim())}`];
  });
  return `{ ${rows.join(", ")} }`;
}
