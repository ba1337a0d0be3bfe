import { Anchor, Code } from "@mantine/core";
import type { AuditEntry } from "@hivesync/contracts/operator";
import { Link } from "wouter";
import { Details, Json } from "#parts/details.tsx";
import { useLast } from "#parts/use-last.ts";
import { Exactly } from "#parts/when.tsx";

interface AuditDetailsProps {
  entry: AuditEntry | undefined;
  onClose: () => void;
}

function UserLink({ id }: { id: string }) {
  return (
    <Anchor component={Link} href={`/users?q=${id}`} size="sm">
      {id}
    </Anchor>
  );
}

/** All that was noted of an event. */
export function AuditDetails({ entry, onClose }: AuditDetailsProps) {
  const shown = useLast(entry);
  if (!shown) return null;
  return (
    <Details
      title={shown.event_type}
      opened={entry !== undefined}
      onClose={onClose}
      rows={[
        ["When", <Exactly key="when" at={shown.created_at} />],
        ["Concerned", shown.user_id && <UserLink key="user" id={shown.user_id} />],
        ["By", shown.actor_id && <UserLink key="actor" id={shown.actor_id} />],
        ["Project", shown.project_id && <Code key="project">{shown.project_id}</Code>],
        ["Id", <Code key="id">{shown.id}</Code>],
      ]}
    >
      <Json label="Noted with it" value={shown.metadata} />
    </Details>
  );
}
