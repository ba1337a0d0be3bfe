import { html, defaultTreeAdapter as tree } from "parse5";
import type { DefaultTreeAdapterTypes } from "parse5";

export type HtmlElement = DefaultTreeAdapterTypes.Element;
export type HtmlDocument = DefaultTreeAdapterTypes.Document;
type HtmlNode = DefaultTreeAdapterTypes.Node;

/** Every element under a node in document order, those inside templates included. */
export function elementsIn(node: HtmlNode): HtmlElement[] {
  const found: HtmlElement[] = [];
  const waiting: HtmlNode[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ("tagName" in next) found.push(next);
    if ("content" in next) waiting.push(next.content);
    if ("childNodes" in next) for (const child of next.childNodes.toReversed()) waiting.push(child);
  }
  return found;
}

/** The document's head or body. The parser always makes both, but for a page of frames, which has no body. */
export function sectionOf(document: HtmlDocument, name: "head" | "body"): HtmlElement | undefined {
  const root = childNamed(document, "html");
  return root && childNamed(root, name);
}

function childNamed(parent: HtmlDocument | HtmlElement, name: string): HtmlElement | undefined {
  return parent.childNodes.filter((child) => "tagName" in child).find((child) => child.tagName === name);
}

export function attribute(element: HtmlElement, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

export function setAttribute(element: HtmlElement, name: string, value: string): void {
  const present = element.attrs.find((attr) => attr.name === name);
  if (present === undefined) element.attrs.push({ name, value });
  else present.value = value;
}

export function removeAttribute(element: HtmlElement, name: string): void {
  element.attrs = element.attrs.filter((attr) => attr.name !== name);
}

export function textOf(element: HtmlElement): string {
  return element.childNodes.map((child) => ("value" in child ? child.value : "")).join("");
}

export function setText(element: HtmlElement, text: string): void {
  element.childNodes = [];
  tree.insertText(element, text);
}

export function newElement(tagName: string, attributes: Readonly<Record<string, string>>, text = ""): HtmlElement {
  const attrs = Object.entries(attributes).map(([name, value]) => ({ name, value }));
  const element = tree.createElement(tagName, html.NS.HTML, attrs);
  if (text !== "") tree.insertText(element, text);
  return element;
}

export function replaceWith(element: HtmlElement, other: HtmlElement): void {
  if (element.parentNode === null) return;
  tree.insertBefore(element.parentNode, other, element);
  tree.detachNode(element);
}

export function remove(element: HtmlElement): void {
  tree.detachNode(element);
}

export function prepend(parent: HtmlElement, ...elements: readonly HtmlElement[]): void {
  const first = parent.childNodes[0];
  for (const element of elements) {
    if (first === undefined) tree.appendChild(parent, element);
    else tree.insertBefore(parent, element, first);
  }
}

export function append(parent: HtmlElement, ...elements: readonly HtmlElement[]): void {
  for (const element of elements) tree.appendChild(parent, element);
}
