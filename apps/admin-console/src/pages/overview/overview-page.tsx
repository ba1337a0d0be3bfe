import { Page } from "#parts/page.tsx";
import { DayCharts } from "./day-charts.tsx";
import { HealthStrip } from "./health-strip.tsx";
import { QueueTable } from "./queue-table.tsx";
import { Tiles } from "./tiles.tsx";

export function OverviewPage() {
  return (
    <Page title="Overview" note="How the service is, and how it went in the last day">
      <HealthStrip />
      <Tiles />
      <DayCharts />
      <QueueTable />
    </Page>
  );
}
