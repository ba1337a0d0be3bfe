import { Button, Divider, Group, Popover, Stack, TextInput } from "@mantine/core";
import CalendarClock from "lucide-react/icons/calendar-clock";
import ChevronDown from "lucide-react/icons/chevron-down";
import { useState } from "react";
import { formatDayAndClock } from "./format.ts";
import { PopoverAction } from "./popover-action.tsx";
import { presetNames, presets, type TimeFilters } from "./time-range.ts";

interface RangePickerProps {
  filters: TimeFilters;
  onChange: (filters: TimeFilters) => void;
  /** What no choice means, where that is a choice. */
  anyTime?: string;
}

function labelOf({ range, from, to }: TimeFilters, anyTime: string): string {
  if (from === undefined && to === undefined) return range === undefined ? anyTime : presets[range].label;
  const words = (at: string | undefined, none: string): string => (at ? formatDayAndClock(Date.parse(at)) : none);
  return `${words(from, "a day before")} to ${words(to, "now")}`;
}

const two = (count: number): string => String(count).padStart(2, "0");

/** What an input of type datetime-local takes: the local time without a zone. */
function toLocal(at: string | undefined): string {
  if (at === undefined) return "";
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const toInstant = (local: string): string | undefined => (local === "" ? undefined : new Date(local).toISOString());

function CustomRange({ filters, onApply }: { filters: TimeFilters; onApply: (filters: TimeFilters) => void }) {
  const [from, setFrom] = useState(toLocal(filters.from));
  const [to, setTo] = useState(toLocal(filters.to));
  const problem = from !== "" && to !== "" && from >= to ? "must be before the end" : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) onApply({ from: toInstant(from), to: toInstant(to) });
      }}
    >
      <Stack gap="xs" p="xs">
        <TextInput
          label="From"
          type="datetime-local"
          size="xs"
          value={from}
          error={problem}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        />
        <TextInput
          label="To"
          description="Now when empty"
          type="datetime-local"
          size="xs"
          value={to}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" size="xs" disabled={from === "" && to === ""}>
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The choice of a time: one that is often asked about, or any other. */
export function RangePicker({ filters, onChange, anyTime }: RangePickerProps) {
  const [isOpen, setOpen] = useState(false);
  const choose = (next: TimeFilters): void => {
    setOpen(false);
    onChange({ range: undefined, from: undefined, to: undefined, ...next });
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={230} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          fw={500}
          miw={180}
          justify="space-between"
          leftSection={<CalendarClock size={15} aria-hidden />}
          rightSection={<ChevronDown size={14} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {labelOf(filters, anyTime ?? presets["24h"].label)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time range" p={4}>
        {anyTime !== undefined && <PopoverAction label={anyTime} onClick={() => choose({})} />}
        {presetNames.map((name) => (
          <PopoverAction key={name} label={presets[name].label} onClick={() => choose({ range: name })} />
        ))}
        <Divider my={4} />
        <CustomRange filters={filters} onApply={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}
