import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import type { z } from "zod";

/**
 * Filters that live in the address, so that a link and the back button keep them. What the address says wrongly counts as absent: each field of
 * the schema must be optional.
 */
export function useFilters<Shape extends Record<string, z.ZodType>>(
  schema: z.ZodObject<Shape>,
): [z.output<z.ZodObject<Shape>>, (changes: Partial<Record<keyof Shape, string | undefined>>) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => {
    const read = Object.entries(schema.shape).flatMap(([name, field]) => {
      const parsed = field.safeParse(params.get(name) ?? undefined);
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : [];
    });
    return Object.fromEntries(read) as z.output<z.ZodObject<Shape>>;
  }, [params, schema]);
  const change = useCallback(
    (changes: Partial<Record<keyof Shape, string | undefined>>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes) as [string, string | undefined][]) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        // Letters as they are typed are no steps of their own.
        { replace: true },
      ),
    [setParams],
  );
  return [filters, change];
}
