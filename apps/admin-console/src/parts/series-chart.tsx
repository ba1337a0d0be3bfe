import { AreaChart, BarChart, LineChart } from "@mantine/charts";
import { Skeleton } from "@mantine/core";
import { formatCount } from "./format.ts";
import classes from "./series-chart.module.css";

interface Series {
  /** The field of a point that it shows. */
  name: string;
  label: string;
  /** A CSS colour. */
  color: string;
}

interface SeriesChartProps<Point extends { at: number }> {
  /** What it shows, for those who cannot see it. */
  label: string;
  kind: "area" | "bars" | "lines";
  /** Undefined until they are there. */
  points: readonly Point[] | undefined;
  series: readonly Series[];
  height?: number;
  formatAt: (at: number) => string;
  formatValue?: (value: number) => string;
  /** Said over the empty chart when there is nothing to show. */
  empty: string;
}

const hasValues = (points: readonly object[], series: readonly Series[]): boolean =>
  points.some((point) => series.some(({ name }) => Boolean((point as Record<string, unknown>)[name])));

/** The legend is ours: it stands before the chart has come, so nothing moves. */
function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className={classes["legend"]}>
      {series.map(({ name, label, color }) => (
        <li key={name}>
          <span style={{ background: color }} aria-hidden />
          {label}
        </li>
      ))}
    </ul>
  );
}

// Room for the half of the uppermost number that is above its line.
const margin = { top: 8, right: 4, left: 0, bottom: 0 };

function Chart<Point extends { at: number }>(props: SeriesChartProps<Point> & { points: readonly Point[] }) {
  const { kind, points, series, height = 220, formatAt, formatValue = formatCount } = props;
  const shared = {
    h: height,
    data: points as unknown as Record<string, unknown>[],
    dataKey: "at",
    series: series.map(({ name, label, color }) => ({ name, label, color })),
    valueFormatter: formatValue,
    accessibilityLayer: false,
    tickLine: "none",
    strokeDasharray: "3 4",
    xAxisProps: { tickFormatter: formatAt, minTickGap: 40, padding: { left: 8, right: 8 } },
    yAxisProps: {
      width: formatValue === formatCount ? 48 : 60,
      allowDecimals: formatValue !== formatCount,
      domain: [0, "auto"] as [number, "auto"],
      tickCount: 4,
    },
    tooltipProps: {
      labelFormatter: (at: unknown) => (typeof at === "number" ? formatAt(at) : ""),
      isAnimationActive: false,
    },
  } as const;
  if (kind === "bars")
    return (
      <BarChart
        {...shared}
        barChartProps={{ margin }}
        type="stacked"
        barProps={{ radius: 1, isAnimationActive: false }}
        maxBarWidth={28}
      />
    );
  if (kind === "lines")
    return (
      <LineChart
        {...shared}
        withDots={false}
        strokeWidth={1.75}
        connectNulls={false}
        curveType="linear"
        lineChartProps={{ margin }}
        lineProps={{ isAnimationActive: false }}
      />
    );
  return (
    <AreaChart
      {...shared}
      areaChartProps={{ margin }}
      withDots={false}
      strokeWidth={1.5}
      fillOpacity={0.18}
      connectNulls={false}
      curveType="stepAfter"
      areaProps={{ isAnimationActive: false }}
    />
  );
}

/** A chart over time, with the height that it will have from the first moment on. */
export function SeriesChart<Point extends { at: number }>(props: SeriesChartProps<Point>) {
  const { label, points, series, height = 220, empty } = props;
  return (
    <figure className={classes["figure"]} aria-label={label}>
      <Legend series={series} />
      <div style={{ height }} className={classes["plot"]}>
        {points === undefined ? (
          <Skeleton height={height} radius="md" />
        ) : (
          <>
            <div aria-hidden>
              <Chart {...props} points={points} />
            </div>
            {!hasValues(points, series) && <p className={classes["empty"]}>{empty}</p>}
          </>
        )}
      </div>
    </figure>
  );
}
