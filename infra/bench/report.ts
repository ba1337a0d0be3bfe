/** What is asked of a ratio. */
export interface Goal {
  bound: "at_least" | "at_most";
  value: number;
}

/** One comparison, as it is written down. */
export interface Reading {
  what: string;
  /** Ours and what stands beside it, with their units. */
  ours: string;
  beside: string;
  /** The number that the goal speaks of, with its unit. */
  result: string;
  /** Absent where nothing is asked. */
  goal: string | null;
  met: boolean | null;
}

/** What a row of the bench has found out. */
export interface RowReport {
  readings: Reading[];
  /** How it was measured and what must be known to read it. */
  notes: readonly string[];
  /** Files beside the results, by their names. */
  pages?: Readonly<Record<string, string>>;
}

const signs = { at_least: "≥", at_most: "≤" } as const;

function isMet({ bound, value }: Goal, result: number): boolean {
  return bound === "at_least" ? result >= value : result <= value;
}

/** A number with about three digits. */
function short(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function withUnit(number: string, unit: string): string {
  return unit === "" ? number : `${number} ${unit}`;
}

/** A comparison as it is written down. `unit` is of both sides, `resultUnit` of what the goal speaks of; `x` for a ratio. */
export function reading(parts: {
  what: string;
  ours: number;
  beside: { name: string; value: number };
  unit: string;
  result: number;
  resultUnit?: string;
  goal?: Goal;
}): Reading {
  const { goal, result, unit } = parts;
  const resultUnit = parts.resultUnit ?? "x";
  return {
    what: parts.what,
    ours: withUnit(short(parts.ours), unit),
    beside: `${parts.beside.name}: ${withUnit(short(parts.beside.value), unit)}`,
    result: withUnit(short(result), resultUnit),
    goal: goal ? `${signs[goal.bound]} ${withUnit(String(goal.value), resultUnit)}` : null,
    met: goal ? isMet(goal, result) : null,
  };
}
