import { Kbd, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import Search from "lucide-react/icons/search";
import { useEffect, useState } from "react";

interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  width?: number;
  /** The field that `/` goes to. */
  isMain?: boolean;
}

const quietMs = 250;

/** A text filter: what is typed takes effect once the typing rests. */
export function SearchField({ label, placeholder, value, onChange, width = 280, isMain = false }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, quietMs);
  // The address may change by a link or the back button.
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<Search size={15} aria-hidden />}
      {...(isMain && { rightSection: typed === "" ? <Kbd size="xs">/</Kbd> : undefined, "data-main-search": true })}
      w={width}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
    />
  );
}
