import { parse } from "acorn";

const STATEMENT =
  /^\s*(?:import\b\s*(?:["'{*]|[\w$]+\s*(?:,|\bfrom\b))|export\b\s*(?:[{*]|default\b|const\b|let\b|var\b|function\b|class\b|async\b))/m;

/** Whether code holds statements that only a module may have. A line of a text that looks like one does not count. */
export function isJavaScriptModule(code: string): boolean {
  if (!STATEMENT.test(code)) return false;
  try {
    parse(code, { ecmaVersion: "latest", sourceType: "script", allowHashBang: true });
    return false;
  } catch {
    return true;
  }
}
