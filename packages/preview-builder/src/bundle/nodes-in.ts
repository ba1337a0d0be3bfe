import { parse } from "acorn";
import type { AnyNode } from "acorn";

/**
 * Every node of a script's tree. The bundler takes files that are modules and sloppy scripts at once, and so is this.
 *
 * @throws SyntaxError for code that is no JavaScript.
 */
export function nodesIn(code: string): AnyNode[] {
  const found: AnyNode[] = [];
  const waiting: unknown[] = [
    parse(code, {
      ecmaVersion: "latest",
      // Code that is no module may be sloppy, and the bundler takes files that are both.
      sourceType: "script",
      allowImportExportEverywhere: true,
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowHashBang: true,
      checkPrivateFields: false,
    }),
  ];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    if (isNode(value)) found.push(value);
    for (const child of Object.values(value)) waiting.push(child);
  }
  return found;
}

function isNode(value: object): value is AnyNode {
  return "type" in value && typeof value.type === "string";
}
