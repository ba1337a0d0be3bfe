import type { Effort } from "@/hikes";

import styles from "./EffortFilter.module.css";

type Choice = Effort | "any";

const CHOICES: Record<Choice, string> = { any: "All", easy: "Easy", steady: "Steady", steep: "Steep" };

interface EffortFilterProps {
  value: Choice;
  onChange: (effort: Choice) => void;
}

export function EffortFilter({ value, onChange }: EffortFilterProps) {
  return (
    <div className={styles.group} role="group" aria-label="Effort">
      {(Object.keys(CHOICES) as Choice[]).map((choice) => (
        <button
          key={choice}
          type="button"
          className={styles.choice}
          aria-pressed={choice === value}
          onClick={() => onChange(choice)}
        >
          {CHOICES[choice]}
        </button>
      ))}
    </div>
  );
}
