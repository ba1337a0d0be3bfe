import classes from "./load-bar.module.css";

interface LoadBarProps {
  /** What is measured, for those who hear it. */
  label: string;
  /** 0 to 1. */
  share: number;
  /** Said beside it. */
  words: string;
  /** A colour of its own, where being full is nothing to warn of. */
  color?: string;
}

/** How much of something is taken. */
export function LoadBar({ label, share, words, color }: LoadBarProps) {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  const level = color !== undefined || percent < 75 ? undefined : percent < 95 ? classes["high"] : classes["full"];
  return (
    <div className={classes["bar"]}>
      <div
        className={classes["track"]}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
      >
        <div
          className={[classes["fill"], level].filter(Boolean).join(" ")}
          style={{ width: `${percent}%`, ...(color !== undefined && { background: color }) }}
        />
      </div>
      <span className={classes["words"]}>{words}</span>
    </div>
  );
}
