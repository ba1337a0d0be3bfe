import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { keyboardHelp } from "./keyboard-help.tsx";
import { places } from "./places.ts";

// How long after `g` the second key counts.
const sequenceMs = 1_500;

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isOverlaid = (): boolean => document.querySelector("[role=dialog]") !== null;

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("input[data-main-search]");
  field?.focus();
  field?.select();
  return field !== null;
}

/** `g` and a letter goes to a page, `/` to its search, `?` tells of all that. Nothing of it while somebody types or is asked something. */
export function useShortcuts(): void {
  const [, navigate] = useLocation();
  const startedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.target) || isOverlaid()) return;
      const isSecond = performance.now() - startedAt.current < sequenceMs;
      startedAt.current = Number.NEGATIVE_INFINITY;
      const place = isSecond ? places.find(({ key }) => key === event.key) : undefined;
      if (place) navigate(place.href);
      else if (event.key === "g") startedAt.current = performance.now();
      else if (event.key === "?") keyboardHelp.open();
      else if (event.key !== "/" || !focusSearch()) return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [navigate]);
}
