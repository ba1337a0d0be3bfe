import { Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./surface.module.css";

interface SurfaceProps {
  title: string;
  /** What it is about, in a line. */
  note?: ReactNode;
  actions?: ReactNode;
  /** The content reaches the edges, as a table does. */
  flush?: boolean;
  children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Surface({ title, note, actions, flush = false, children }: SurfaceProps) {
  const id = useId();
  return (
    <section className={classes["surface"]} aria-labelledby={id}>
      <header className={classes["head"]}>
        <div>
          <Title order={2} id={id}>
            {title}
          </Title>
          {note !== undefined && <p style={{ margin: 0 }}>{note}</p>}
        </div>
        {actions}
      </header>
      {flush ? children : <div className={classes["body"]}>{children}</div>}
    </section>
  );
}
