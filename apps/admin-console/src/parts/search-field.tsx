import { Kbd, TextInput } from "@mantine/core";
import Search from "lucide-react/icons/search";
import { useTyped } from "./use-typed.ts";

interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  width?: number;
  /** The field that `/` goes to. */
  isMain?: boolean;
}

/** A text filter: what is typed takes effect once the typing rests. */
export function SearchField({ label, placeholder, value, onChange, width = 280, isMain = false }: SearchFieldProps) {
  const [typed, type] = useTyped(value, onChange);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<Search size={15} aria-hidden />}
      {...(isMain && { rightSection: typed === "" ? <Kbd size="xs">/</Kbd> : undefined, "data-main-search": true })}
      w={width}
      value={typed}
      onChange={({ currentTarget }) => type(currentTarget.value)}
    />
  );
}
