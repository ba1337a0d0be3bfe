import type { BodyGrammar } from "#languages/language.ts";
import { flatText } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeIn, ifs, returnsIn, tryCatches } from "./reading.ts";

function thrown(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "throw_statement") return undefined;
  const made = childOf(node, "call_expression", "compound_literal_expression");
  const type = flatText(file, childIn(made, "function") ?? childIn(made, "type"));
  return /^[\w:]+$/.test(type) ? type : undefined;
}

export const cBody: BodyGrammar = {
  functions: new Set(["function_definition", "lambda_expression"]),
  calls: { call_expression: calleeIn("function") },
  argumentTypes: new Set(["argument_list"]),
  thrown,
  returned: returnsIn(["return_statement"]),
  decisions: ifs(),
  catches: tryCatches(["try_statement"], ["catch_clause"]),
  selfNames: new Set(["this"]),
};
