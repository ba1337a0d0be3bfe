import { Text, UnstyledButton } from "@mantine/core";
import type { AuditEntry } from "@hivesync/contracts/operator";
import type { Column } from "#parts/data-table.tsx";
import { IdText } from "#parts/id-text.tsx";
import { Tag } from "#parts/tone.tsx";
import { When } from "#parts/when.tsx";
import { toneOf } from "./audit-events.ts";

function Person({ id, what }: { id: string | null; what: string }) {
  return id === null ? <Text c="dimmed">–</Text> : <IdText id={id} what={what} />;
}

const inOneLine = (metadata: AuditEntry["metadata"]): string =>
  Object.entries(metadata)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");

/** What is shown of an event. */
export function auditColumns(onOpen: (id: string) => void): Column<AuditEntry>[] {
  return [
    { title: "When", width: 110, render: ({ created_at: at }) => <When at={at} /> },
    {
      title: "Event",
      width: 190,
      render: ({ id, event_type: event }) => (
        <UnstyledButton aria-label={`Details of ${event}`} onClick={() => onOpen(id)}>
          <Tag tone={toneOf(event)}>{event}</Tag>
        </UnstyledButton>
      ),
    },
    { title: "Concerned", width: 104, render: ({ user_id: id }) => <Person id={id} what="user concerned" /> },
    { title: "By", width: 104, render: ({ actor_id: id }) => <Person id={id} what="user who did it" /> },
    { title: "Project", width: 104, isExtra: true, render: ({ project_id: id }) => <Person id={id} what="project" /> },
    {
      title: "Details",
      render: ({ metadata }) => (
        <Text size="xs" c="dimmed" truncate title={inOneLine(metadata)}>
          {inOneLine(metadata)}
        </Text>
      ),
    },
  ];
}
