import { isCallable } from "#symbols/doc-symbol.ts";
import type { Call, DocSymbol } from "#symbols/doc-symbol.ts";

/** Who calls whom in a selection. */
export interface CallGraph {
  calls: (symbol: DocSymbol) => readonly DocSymbol[];
  callers: (symbol: DocSymbol) => readonly DocSymbol[];
}

const lastName = (qualified: string | undefined): string | undefined => qualified?.split(".").at(-1);

/** A call is only said to reach a symbol when its name and what it is called on leave no other choice. */
function reaches(call: Call, caller: DocSymbol, target: DocSymbol): boolean {
  if (call.receiver === "self") return target.container === caller.container;
  if (call.receiver !== undefined) return lastName(target.container) === call.receiver.split(/\.|::/).at(-1);
  return target.container === undefined || target.container === caller.container || target.kind === "class";
}

export function callGraph(symbols: readonly DocSymbol[]): CallGraph {
  const byName = new Map<string, DocSymbol[]>();
  for (const symbol of symbols) {
    if (!isCallable(symbol) && symbol.kind !== "class") continue;
    byName.set(symbol.name, [...(byName.get(symbol.name) ?? []), symbol]);
  }
  const calls = new Map<string, DocSymbol[]>();
  const callers = new Map<string, DocSymbol[]>();
  for (const symbol of symbols) {
    for (const call of symbol.calls) {
      const candidates = (byName.get(call.name) ?? []).filter((target) => reaches(call, symbol, target));
      const [target] = candidates;
      if (target === undefined || candidates.length > 1 || target.id === symbol.id) continue;
      calls.set(symbol.id, [...(calls.get(symbol.id) ?? []), target]);
      callers.set(target.id, [...(callers.get(target.id) ?? []), symbol]);
    }
  }
  return { calls: ({ id }) => calls.get(id) ?? [], callers: ({ id }) => callers.get(id) ?? [] };
}
