import { Select } from "@mantine/core";

interface SelectFilterProps<Value extends string> {
  label: string;
  /** What no choice means. */
  any: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value | undefined) => void;
  width?: number;
}

/** A filter of a few choices. */
export function SelectFilter<Value extends string>(props: SelectFilterProps<Value>) {
  const { label, any, value, options, onChange, width = 140 } = props;
  return (
    <Select
      aria-label={label}
      w={width}
      data={[{ value: "", label: any }, ...options]}
      value={value ?? ""}
      onChange={(chosen) => onChange(options.find((option) => option.value === chosen)?.value)}
    />
  );
}
