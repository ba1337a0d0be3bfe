import { useQuery } from "@tanstack/react-query";
import type { JobStats } from "@hivesync/contracts/operator";
import { z } from "zod";
import { useNow } from "#parts/clock.ts";
import { Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { RangePicker } from "#parts/range-picker.tsx";
import { bucketOf, spanOf, timeFields, type Span } from "#parts/time-range.ts";
import { useFilters } from "#parts/use-filters.ts";
import { trpc } from "#server/trpc.ts";
import { FailureTable } from "./failure-table.tsx";
import { StatsCharts } from "./stats-charts.tsx";
import { StatsTiles } from "./stats-tiles.tsx";
import { TierTable } from "./tier-table.tsx";

const fields = z.object(timeFields);

interface StatisticsProps {
  title: string;
  note: string;
  /** As one says them in a sentence. */
  jobs: string;
  data: JobStats | undefined;
  error: unknown;
  retry: () => void;
}

const minuteMs = 60_000;

/** The times that the address names; a range ends with the minute that is now, and moves on with it. */
function useSpan(): Span {
  const [filters] = useFilters(fields);
  const now = useNow(60) + minuteMs;
  return spanOf(filters, now) ?? spanOf({ range: "24h" }, now) ?? { from: "", to: "" };
}

function Statistics({ title, note, jobs, data, error, retry }: StatisticsProps) {
  const [filters, change] = useFilters(fields);
  return (
    <Page title={title} note={note} actions={<RangePicker filters={filters} onChange={change} />}>
      {error !== null && !data ? (
        <Failure error={error} retry={retry} />
      ) : (
        <>
          <StatsTiles stats={data} />
          <StatsCharts stats={data} jobs={jobs} />
          <FailureTable stats={data} jobs={jobs} />
          <TierTable stats={data} jobs={jobs} />
        </>
      )}
    </Page>
  );
}

// What stood there stays until the next minute's numbers have come.
const keepBefore = { placeholderData: (before: JobStats | undefined) => before, refetchInterval: 20_000 };

export function PreviewsPage() {
  const span = useSpan();
  const input = { ...span, bucket: bucketOf(span) };
  const { data, error, refetch } = useQuery(trpc.admin.previewStats.queryOptions(input, keepBefore));
  return (
    <Statistics
      title="Previews"
      note="How previews went: ends, waits, runs and why some failed"
      jobs="previews"
      data={data}
      error={error}
      retry={() => void refetch()}
    />
  );
}

export function AiPage() {
  const span = useSpan();
  const input = { ...span, bucket: bucketOf(span) };
  const { data, error, refetch } = useQuery(trpc.admin.aiStats.queryOptions(input, keepBefore));
  return (
    <Statistics
      title="AI jobs"
      note="How AI jobs went: ends, waits, runs and why some failed"
      jobs="AI jobs"
      data={data}
      error={error}
      retry={() => void refetch()}
    />
  );
}
