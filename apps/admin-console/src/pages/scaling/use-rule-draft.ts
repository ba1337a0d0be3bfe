import { admin } from "@hivesync/contracts/resources/admin";
import type { KeptScalingRule, ScalingRule } from "@hivesync/contracts/operator";
import { useState } from "react";

/** The rule as it is typed: a field that was emptied holds no number. */
type RuleDraft = { [Name in keyof ScalingRule]: ScalingRule[Name] | "" };

export interface RuleEditing {
  draft: RuleDraft;
  change: (changes: Partial<RuleDraft>) => void;
  reset: () => void;
  isChanged: boolean;
  /** What the contract says against each field. */
  problems: Partial<Record<keyof ScalingRule, string>>;
  /** The rule that would be set; undefined while something is against it. */
  valid: ScalingRule | undefined;
}

/** A rule that is being changed, held to the contract's own schema. */
export function useRuleDraft(kept: KeptScalingRule): RuleEditing {
  const { updated_at: _, ...rule } = kept;
  const [draft, setDraft] = useState<RuleDraft>(rule);
  const parsed = admin.updateScaling.input.safeParse(draft);
  const problems: RuleEditing["problems"] = {};
  for (const { path, code, message } of parsed.error?.issues ?? [])
    problems[path[0] as keyof ScalingRule] ??= code === "invalid_type" ? "a number" : message;
  return {
    draft,
    change: (changes) => setDraft((before) => ({ ...before, ...changes })),
    reset: () => setDraft(rule),
    isChanged: Object.entries(rule).some(([name, value]) => draft[name as keyof ScalingRule] !== value),
    problems,
    valid: parsed.data,
  };
}
