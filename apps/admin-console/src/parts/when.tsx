import { useNow } from "./clock.ts";
import { formatAgo, formatExact, formatLocal } from "./format.ts";

/** An instant as one says it; the exact one in its title. */
export function When({ at, none = "never" }: { at: string | null; none?: string }) {
  const now = useNow();
  if (at === null) return <span style={{ color: "var(--mantine-color-dimmed)" }}>{none}</span>;
  return (
    <time dateTime={at} title={formatExact(at)} style={{ whiteSpace: "nowrap" }}>
      {formatAgo(at, now)}
    </time>
  );
}

/** An instant to the millisecond, here and in UTC. */
export function Exactly({ at }: { at: string }) {
  return (
    <time dateTime={at}>
      {formatLocal(at)}
      <span style={{ display: "block", color: "var(--mantine-color-dimmed)", fontSize: "var(--mantine-font-size-xs)" }}>
        {at}
      </span>
    </time>
  );
}
