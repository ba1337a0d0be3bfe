import { Button, Stack, Text } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import Unplug from "lucide-react/icons/unplug";
import { toWords } from "#server/problem.ts";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  /** What will be here, and when. */
  children: string;
}

/** In place of rows where there are none. */
export function Empty({ icon: Icon, title, children }: EmptyProps) {
  return (
    <Stack align="center" gap={4} py={40} px="md" ta="center">
      <Icon size={28} strokeWidth={1.5} aria-hidden color="var(--mantine-color-dimmed)" />
      <Text fw={600} mt={6}>
        {title}
      </Text>
      <Text c="dimmed" size="sm" maw={380}>
        {children}
      </Text>
    </Stack>
  );
}

interface FailureProps {
  error: unknown;
  retry: () => void;
}

/** In place of what could not be had. */
export function Failure({ error, retry }: FailureProps) {
  return (
    <Stack align="center" gap={4} py={40} px="md" ta="center" role="alert">
      <Unplug size={28} strokeWidth={1.5} aria-hidden color="var(--tone-bad)" />
      <Text fw={600} mt={6}>
        This could not be loaded
      </Text>
      <Text c="dimmed" size="sm" maw={420}>
        {toWords(error)}
      </Text>
      <Button variant="default" size="xs" mt={8} onClick={retry}>
        Try again
      </Button>
    </Stack>
  );
}
