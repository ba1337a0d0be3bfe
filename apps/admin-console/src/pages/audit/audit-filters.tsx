import { Autocomplete, Group, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { frequentEvents } from "./audit-events.ts";

type Field = "user_id" | "actor_id" | "project_id";

interface AuditFiltersProps {
  filters: Partial<Record<Field | "event_type", string | undefined>>;
  onChange: (changes: Partial<Record<Field | "event_type", string | undefined>>) => void;
}

const idFields: readonly (readonly [Field, string, string])[] = [
  ["user_id", "Concerned", "Id of whom it concerns"],
  ["actor_id", "By", "Id of who did it"],
  ["project_id", "Project", "Id of the project"],
];

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** An id that takes effect once it is one. */
function IdFilter({ label, placeholder, value, onChange }: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const isWrong = typed !== "" && !uuid.test(typed);
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      error={isWrong}
      w={{ base: "100%", xs: 210 }}
      onChange={({ currentTarget: { value: next } }) => {
        const trimmed = next.trim();
        setTyped(trimmed);
        if (trimmed === "" || uuid.test(trimmed)) onChange(trimmed);
      }}
    />
  );
}

/** Which of all events are shown. */
export function AuditFilters({ filters, onChange }: AuditFiltersProps) {
  const [event, setEvent] = useState(filters.event_type ?? "");
  const tell = useDebouncedCallback((value: string) => onChange({ event_type: value }), 300);
  useEffect(() => setEvent(filters.event_type ?? ""), [filters.event_type]);
  return (
    <Group gap="xs">
      <Autocomplete
        aria-label="Event"
        placeholder="Event"
        data={[...frequentEvents]}
        limit={30}
        maxDropdownHeight={300}
        clearable
        clearButtonProps={{ "aria-label": "All events" }}
        w={{ base: "100%", xs: 210 }}
        data-main-search
        value={event}
        onChange={(value) => {
          setEvent(value);
          tell(value.trim());
        }}
      />
      {idFields.map(([field, label, placeholder]) => (
        <IdFilter
          key={field}
          label={label}
          placeholder={placeholder}
          value={filters[field] ?? ""}
          onChange={(value) => onChange({ [field]: value })}
        />
      ))}
    </Group>
  );
}
