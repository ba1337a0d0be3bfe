import { NumberInput, Select } from "@mantine/core";
import type { ScalingRule } from "@hivesync/contracts/operator";
import classes from "./scaling.module.css";
import type { RuleEditing } from "./use-rule-draft.ts";

type NumberField = "min_workers" | "max_workers" | "concurrency" | "target_wait_seconds";

const numbers: readonly { name: NumberField; label: string; description: string; suffix?: string }[] = [
  { name: "min_workers", label: "Fewest workers", description: "Even when nothing waits" },
  { name: "max_workers", label: "Most workers", description: "However much waits" },
  { name: "concurrency", label: "Jobs at once", description: "On each worker" },
  { name: "target_wait_seconds", label: "Target wait", description: "What waits has begun by then", suffix: " s" },
];

const fallbacks = [
  { value: "cpu", label: "Go to the CPU queue" },
  { value: "wait", label: "Wait for one" },
] satisfies { value: ScalingRule["gpu_fallback"]; label: string }[];

/** The fields of a rule, each with what is against it. */
export function RuleFields({ editing }: { editing: RuleEditing }) {
  const { draft, change, problems } = editing;
  return (
    <div className={classes["fields"]}>
      {numbers.map(({ name, label, description, suffix = "" }) => (
        <NumberInput
          key={name}
          label={label}
          description={description}
          suffix={suffix}
          allowDecimal={false}
          allowNegative={false}
          value={draft[name]}
          error={problems[name]}
          onChange={(value) => change({ [name]: typeof value === "number" ? value : "" })}
        />
      ))}
      {draft.queue !== "" && draft.queue.endsWith("-gpu") && (
        <Select
          label="Without a GPU worker"
          description="What its jobs do then"
          data={fallbacks}
          value={draft.gpu_fallback}
          onChange={(value) => change({ gpu_fallback: value === "wait" ? "wait" : "cpu" })}
        />
      )}
    </div>
  );
}
