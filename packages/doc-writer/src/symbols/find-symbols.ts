import { bounds } from "#bounds.ts";
import type { Pause } from "#pause.ts";
import type { SymbolFacts } from "#languages/language.ts";
import { flatText } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, namedChildren, preorder } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { isCallable } from "./doc-symbol.ts";
import type { DocSymbol, Parameter, TypeParameter } from "./doc-symbol.ts";
import { findSite } from "./find-site.ts";
import { readBody } from "./read-body.ts";
import type { BodyFacts } from "./read-body.ts";

interface Found {
  node: SyntaxNode;
  facts: SymbolFacts;
  qualifiedName: string;
  isPublic: boolean;
  isLocal: boolean;
}

const maxSignatureLength = 400;

function containerOf(node: SyntaxNode, found: ReadonlyMap<SyntaxNode, Found>): Found | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    const container = found.get(at);
    if (container !== undefined) return container;
  }
  return undefined;
}

function isInBody(node: SyntaxNode, container: Found | undefined, file: SourceFile): boolean {
  if (container !== undefined && (container.isLocal || isCallable(container.facts))) return true;
  for (let at = node.parent; at !== undefined && at !== container?.node; at = at.parent) {
    if (file.language.body.functions.has(at.type)) return true;
  }
  return false;
}

function readParameters(facts: SymbolFacts, body: BodyFacts, file: SourceFile): Parameter[] {
  const list = facts.parameters;
  if (list === undefined) return [];
  // A lone name (`x => x`) is its own list.
  const nodes = list.children.length > 0 ? namedChildren(list) : [list];
  return nodes
    .flatMap((node) => file.language.parameter(node, file))
    .map((parameter) => ({ ...parameter, passedTo: body.passedTo.get(parameter.name) ?? [] }));
}

function readTypeParameters(facts: SymbolFacts, file: SourceFile): TypeParameter[] {
  return namedChildren(facts.typeParameters).flatMap((node) => {
    const text = flatText(file, node);
    const match = /^(?:(?:in|out|const|typename|class)\s+)?(?:\.\.\.\s*)?([A-Za-z_]\w*)\s*(?:extends\s+([^=]+))?/.exec(
      text,
    );
    return match?.[1] === undefined ? [] : [{ name: match[1], constraint: match[2]?.trim() }];
  });
}

function signatureOf(node: SyntaxNode, facts: SymbolFacts, file: SourceFile): string {
  const bodyNode = facts.body ?? childIn(node, "body");
  const end = bodyNode === undefined || bodyNode.start <= node.start ? node.end : bodyNode.start;
  const text = file.text.slice(node.start, Math.min(end, node.start + maxSignatureLength * 3));
  const flat = text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/\s*(?:=>|[{:=])$/, "");
  return flat.length > maxSignatureLength ? `${flat.slice(0, maxSignatureLength)} …` : flat;
}

function describe({ node, facts, ...found }: Found, container: Found | undefined, file: SourceFile): DocSymbol {
  const body = readBody(facts.body, node, file);
  const line = file.lines.rowAt(node.start) + 1;
  const declared = (facts.declaredThrows ?? []).filter((type) => body.throws.every((each) => each.type !== type));
  return {
    id: `${file.path}#${found.qualifiedName}@${String(line)}:${String(node.start)}`,
    path: file.path,
    kind: facts.kind,
    name: facts.name,
    qualifiedName: found.qualifiedName,
    container: facts.container ?? container?.qualifiedName,
    containerKind: container?.facts.kind,
    isPublic: found.isPublic,
    isLocal: found.isLocal,
    traits: new Set(facts.traits),
    signature: signatureOf(node, facts, file),
    line,
    endLine: file.lines.rowAt(Math.max(node.start, node.end - 1)) + 1,
    parameters: readParameters(facts, body, file),
    typeParameters: readTypeParameters(facts, file),
    returns: { type: facts.returnType, ...body.returns },
    throws: [...body.throws, ...declared.map((type) => ({ type, declared: true }))],
    calls: body.calls,
    bases: facts.bases ?? [],
    members: facts.members ?? [],
    aliasOf: facts.aliasOf,
    ...findSite(node, facts, file),
  };
}

/** Every symbol of a file, in the order of the text. */
export async function findSymbols(file: SourceFile, pause: Pause): Promise<DocSymbol[]> {
  const { language } = file;
  const found = new Map<SyntaxNode, Found>();
  const symbols: DocSymbol[] = [];
  const names = new Set<string>();
  for (const node of preorder(file.root)) {
    const facts = node.named ? language.symbols[node.type]?.(node, file) : undefined;
    if (facts === undefined || facts.name === "" || symbols.length >= bounds.maxSymbols) continue;
    await pause();
    const container = containerOf(node, found);
    const owner = facts.container ?? container?.qualifiedName;
    const entry: Found = {
      node,
      facts,
      qualifiedName: owner === undefined ? facts.name : `${owner}.${facts.name}`,
      isPublic: facts.isPublic && (container?.isPublic ?? true),
      isLocal: isInBody(node, container, file),
    };
    found.set(node, entry);
    const symbol = describe(entry, container, file);
    const isRepeat = language.isRepeat?.(symbol, names) ?? false;
    names.add(`${symbol.qualifiedName}/${String(symbol.parameters.length)}`);
    if (!isRepeat) symbols.push(symbol);
  }
  return symbols;
}
