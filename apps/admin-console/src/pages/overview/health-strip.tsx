import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { DeepHealth } from "@hivesync/contracts/resources/health";
import { Failure } from "#parts/notice.tsx";
import { Pill, type Tone } from "#parts/tone.tsx";
import { healthQuery } from "#server/live-queries.ts";
import classes from "./health-strip.module.css";

interface Part {
  name: string;
  word: string;
  tone: Tone;
}

const upOrDown = (name: string, status: "up" | "down"): Part =>
  status === "up" ? { name, word: "Up", tone: "good" } : { name, word: "Down", tone: "bad" };

function partsOf({ database, redis, storage, workers }: DeepHealth): Part[] {
  return [
    // It told us.
    { name: "API", word: "Up", tone: "good" },
    upOrDown("Database", database),
    upOrDown("Redis", redis),
    upOrDown("Object storage", storage),
    {
      name: "CPU workers",
      word: workers.cpu === 0 ? "None" : `${workers.cpu} alive`,
      tone: workers.cpu === 0 ? "bad" : "good",
    },
    // Without one their jobs run on a CPU, or wait, as the rule says.
    {
      name: "GPU workers",
      word: workers.gpu === 0 ? "None" : `${workers.gpu} alive`,
      tone: workers.gpu === 0 ? "quiet" : "good",
    },
  ];
}

const names = ["API", "Database", "Redis", "Object storage", "CPU workers", "GPU workers"];

/** How each part of the service is. */
export function HealthStrip() {
  const { data, error, refetch } = useQuery(healthQuery);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  const parts = data && partsOf(data);
  return (
    <ul className={classes["strip"]} aria-label="Health">
      {names.map((name, index) => (
        <li key={name}>
          <span>{name}</span>
          {parts?.[index] ? (
            <Pill tone={parts[index].tone} hollow={parts[index].tone === "quiet"}>
              {parts[index].word}
            </Pill>
          ) : (
            <Skeleton height={12} width={48} my={4} />
          )}
        </li>
      ))}
    </ul>
  );
}
