import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

const quietMs = 250;

/**
 * What is typed into a filter, and takes effect once the typing rests. A value that comes from elsewhere, as by the back button, takes its place;
 * one's own that comes back does not, for by then more may be typed.
 */
export function useTyped(value: string, onChange: (value: string) => void): [string, (typed: string) => void] {
  const [state, setState] = useState({ value, typed: value, told: value });
  if (state.value !== value) setState({ value, typed: state.told === value ? state.typed : value, told: value });
  const tell = useDebouncedCallback((typed: string) => {
    const told = typed.trim();
    setState((before) => ({ ...before, told }));
    onChange(told);
  }, quietMs);
  const type = (typed: string): void => {
    setState((before) => ({ ...before, typed }));
    tell(typed);
  };
  return [state.typed, type];
}
