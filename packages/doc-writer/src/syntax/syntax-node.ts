/** A node of a syntax tree as plain data: no handle into the parser's memory, so nothing has to be freed. Offsets are UTF-16 units. */
export interface SyntaxNode {
  readonly type: string;
  readonly named: boolean;
  /** The name of the grammar's field that holds it. */
  readonly field: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | undefined;
  readonly children: SyntaxNode[];
  /** Its place among its parent's children. */
  readonly index: number;
  /** The parser could not make sense of it, or had to invent it. */
  readonly broken: boolean;
}

/** The first child in that field. */
export function childIn(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  return node?.children.find((child) => child.field === field);
}

/** The first child of one of those types. */
export function childOf(node: SyntaxNode | undefined, ...types: readonly string[]): SyntaxNode | undefined {
  return node?.children.find((child) => types.includes(child.type));
}

export function namedChildren(node: SyntaxNode | undefined): SyntaxNode[] {
  return node?.children.filter((child) => child.named) ?? [];
}

/** Every node below and at `root`, parents first. `skip` leaves out what is below a node. No recursion: trees can be very deep. */
export function* preorder(root: SyntaxNode, skip?: (node: SyntaxNode) => boolean): Generator<SyntaxNode> {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    if (skip?.(node) === true) continue;
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      if (child !== undefined) stack.push(child);
    }
  }
}

/** The sibling in front, comments aside. */
export function siblingBefore(node: SyntaxNode, comments: ReadonlySet<string>): SyntaxNode | undefined {
  const siblings = node.parent?.children ?? [];
  for (let index = node.index - 1; index >= 0; index -= 1) {
    const sibling = siblings[index];
    if (sibling?.named === true && !comments.has(sibling.type)) return sibling;
  }
  return undefined;
}

/** The nearest node at or above `node` (`until` left out) of one of those types. */
export function nearest(
  node: SyntaxNode | undefined,
  types: ReadonlySet<string>,
  until?: SyntaxNode,
): SyntaxNode | undefined {
  for (let at = node; at !== undefined && at !== until; at = at.parent) if (types.has(at.type)) return at;
  return undefined;
}
