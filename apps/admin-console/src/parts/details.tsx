import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./details.module.css";

interface DetailsProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** Each with its name; those without a value are left out. */
  rows: readonly (readonly [string, ReactNode])[];
  children?: ReactNode;
}

/** All that is known of one thing, at the side of the page. */
export function Details({ title, opened, onClose, rows, children }: DetailsProps) {
  return (
    <Drawer opened={opened} onClose={onClose} title={title} size={440} closeButtonProps={{ "aria-label": "Close" }}>
      <dl className={classes["list"]}>
        {rows
          .filter(([, value]) => value !== null && value !== undefined && value !== "")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {children}
    </Drawer>
  );
}

/** A value of any shape, as it is. */
export function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <figure className={classes["json"]}>
      <figcaption>{label}</figcaption>
      {/* A long line is scrolled to, by keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{JSON.stringify(value, undefined, 2)}</pre>
    </figure>
  );
}
