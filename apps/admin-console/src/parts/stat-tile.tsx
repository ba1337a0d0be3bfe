import { Sparkline } from "@mantine/charts";
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./stat-tile.module.css";

interface StatTileProps {
  label: string;
  /** Undefined until it is known. */
  value: ReactNode;
  unit?: string;
  hint?: ReactNode;
  /** How it went lately; a decoration beside the number. */
  history?: readonly (number | null)[];
  color?: string;
}

// Fewer make a slope of chance.
const fewestPoints = 6;

/** One number that matters. */
export function StatTile({ label, value, unit, hint, history, color = "var(--chart-busy)" }: StatTileProps) {
  const seen = (history ?? []).filter((point) => point !== null);
  return (
    <div className={classes["tile"]}>
      <div className={classes["label"]}>{label}</div>
      <div className={classes["value"]}>
        {value === undefined ? (
          <Skeleton height={24} width={72} mt={5} />
        ) : (
          <>
            {value} {unit !== undefined && <small>{unit}</small>}
          </>
        )}
      </div>
      <div className={classes["hint"]}>{hint}</div>
      {seen.length >= fewestPoints && (
        <div className={classes["spark"]} aria-hidden>
          <Sparkline h={36} data={seen} color={color} curveType="linear" strokeWidth={1.5} fillOpacity={0.25} />
        </div>
      )}
    </div>
  );
}
