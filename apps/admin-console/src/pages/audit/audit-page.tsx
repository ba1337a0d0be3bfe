import ScrollText from "lucide-react/icons/scroll-text";
import { useState } from "react";
import { DataTable } from "#parts/data-table.tsx";
import { MoreRows } from "#parts/more-rows.tsx";
import { Empty, Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { RangePicker } from "#parts/range-picker.tsx";
import { Surface } from "#parts/surface.tsx";
import { useCursorList } from "#parts/use-cursor-list.ts";
import { client, trpc } from "#server/trpc.ts";
import { auditColumns } from "./audit-columns.tsx";
import { AuditDetails } from "./audit-details.tsx";
import { AuditFilters } from "./audit-filters.tsx";
import { ExportButton } from "./export-button.tsx";
import { useAuditFilters, type AuditInput } from "./use-audit-filters.ts";

function AuditTable({ input }: { input: AuditInput }) {
  const { rows, failure, more } = useCursorList({
    key: [...trpc.admin.audit.pathKey(), input],
    read: (cursor, signal) => client.admin.audit.query({ limit: 50, ...input, ...cursor }, { signal }),
  });
  const [openId, setOpenId] = useState<string>();
  const instead = failure ? (
    <Failure {...failure} />
  ) : rows?.length === 0 ? (
    <Empty icon={ScrollText} title="Nothing like that has happened">
      Sign-ins, changes of tiers, roles and rules, jobs and refusals stand here, newest first. A wider time or fewer
      filters show more.
    </Empty>
  ) : undefined;
  return (
    <>
      <DataTable
        label="Audit log"
        columns={auditColumns(setOpenId)}
        rows={rows}
        keyOf={({ id }) => id}
        expectedRows={14}
        minWidth={740}
        instead={instead}
        onOpen={({ id }) => setOpenId(id)}
      />
      <MoreRows {...more} />
      <AuditDetails entry={rows?.find(({ id }) => id === openId)} onClose={() => setOpenId(undefined)} />
    </>
  );
}

export function AuditPage() {
  const { filters, change, input } = useAuditFilters();
  return (
    <Page
      title="Audit"
      note="Who did what to whom"
      actions={
        <>
          <RangePicker filters={filters} onChange={change} anyTime="All time" />
          <ExportButton input={input} />
        </>
      }
    >
      <AuditFilters filters={filters} onChange={change} />
      <Surface title="Events" note="Newest first" flush>
        <AuditTable input={input} />
      </Surface>
    </Page>
  );
}
