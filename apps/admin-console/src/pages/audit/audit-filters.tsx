import { Autocomplete, SimpleGrid, TextInput } from "@mantine/core";
import { useTyped } from "#parts/use-typed.ts";
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
function IdFilter({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, type] = useTyped(value, (settled) => {
    if (settled === "" || uuid.test(settled)) onChange(settled);
  });
  const isWrong = typed !== "" && !uuid.test(typed.trim());
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      error={isWrong}
      onChange={({ currentTarget }) => type(currentTarget.value)}
    />
  );
}

/** Which of all events are shown. */
export function AuditFilters({ filters, onChange }: AuditFiltersProps) {
  const [event, typeEvent] = useTyped(filters.event_type ?? "", (value) => onChange({ event_type: value }));
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs" maw={920}>
      <Autocomplete
        aria-label="Event"
        placeholder="Event"
        data={[...frequentEvents]}
        limit={30}
        maxDropdownHeight={300}
        clearable
        clearButtonProps={{ "aria-label": "All events" }}
        data-main-search
        value={event}
        onChange={typeEvent}
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
    </SimpleGrid>
  );
}
