import { Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./page.module.css";

interface PageProps {
  title: string;
  /** What one sees and does here. */
  note: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the console: its heading, then its parts, one below the other. */
export function Page({ title, note, actions, children }: PageProps) {
  useDocumentTitle(`${title} · HiveSync Admin`);
  return (
    <div className={classes["page"]}>
      <header className={classes["head"]}>
        <div>
          <Title order={1} tabIndex={-1}>
            {title}
          </Title>
          <Text c="dimmed" size="sm">
            {note}
          </Text>
        </div>
        <Group gap="xs">{actions}</Group>
      </header>
      {children}
    </div>
  );
}

/** Parts side by side, as many as there is room for. */
export function Columns({ min, children }: { min: number; children: ReactNode }) {
  return (
    <div
      className={classes["columns"]}
      style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(${min}px, 100%), 1fr))` }}
    >
      {children}
    </div>
  );
}
