import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./data-table.module.css";

export interface Column<Row> {
  /** Its heading, and its key. */
  title: string;
  /** The heading is for those who hear the page. */
  titleUnseen?: boolean;
  /** A CSS length; columns without one share what is left. Fixed, so that no row that comes moves another. */
  width?: number;
  end?: boolean;
  /** Left out where the page is narrow. */
  isExtra?: boolean;
  render: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  /** What the table is called for those who hear it. */
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined until they are there: rows of the same height stand in for them. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  expectedRows?: number;
  minWidth?: number;
  /** In place of the rows, where there are none or they could not be had. */
  instead?: ReactNode;
  /** A click anywhere on the row; its keyboard way is a button that a column renders. */
  onOpen?: (row: Row) => void;
}

function classesOf({ end = false, isExtra = false }: { end?: boolean; isExtra?: boolean }): string | undefined {
  return [end && classes["end"], isExtra && classes["extra"]].filter(Boolean).join(" ") || undefined;
}

function SkeletonRows<Row>({ columns, count }: { columns: readonly Column<Row>[]; count: number }) {
  return Array.from({ length: count }, (_, index) => (
    <tr key={index}>
      {columns.map(({ title, end = false, isExtra = false }) => (
        <td key={title} className={classesOf({ end, isExtra })}>
          <Skeleton height={10} width={`${40 + ((index * 17 + title.length * 11) % 45)}%`} ml={end ? "auto" : 0} />
        </td>
      ))}
    </tr>
  ));
}

function Rows<Row>({ rows, columns, keyOf, onOpen }: DataTableProps<Row> & { rows: readonly Row[] }) {
  return rows.map((row) => (
    // The mouse's way only: a button in the row does the same.
    <tr
      key={keyOf(row)}
      {...(onOpen && {
        className: classes["openable"],
        onClick: ({ target }) => {
          if (target instanceof Element && !target.closest("a, button")) onOpen(row);
        },
      })}
    >
      {columns.map(({ title, end = false, isExtra = false, render }) => (
        <td key={title} className={classesOf({ end, isExtra })}>
          {render(row)}
        </td>
      ))}
    </tr>
  ));
}

/** A table whose columns keep their place whatever comes. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, expectedRows = 6, minWidth = 640, instead } = props;
  return (
    // Narrow screens scroll it, by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes["scroll"]} tabIndex={0} role="group" aria-label={label}>
      <table className={classes["table"]} style={{ minWidth }} aria-busy={rows === undefined && instead === undefined}>
        <colgroup>
          {columns.map(({ title, width, isExtra = false }) => (
            <col key={title} className={classesOf({ isExtra })} style={width === undefined ? undefined : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(({ title, titleUnseen = false, end = false, isExtra = false }) => (
              <th key={title} scope="col" className={classesOf({ end, isExtra })}>
                {titleUnseen ? <span className="unseen">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {instead === undefined &&
            (rows ? <Rows {...props} rows={rows} /> : <SkeletonRows columns={columns} count={expectedRows} />)}
        </tbody>
      </table>
      {instead}
    </div>
  );
}

/** Below a table: the button for what comes after, or how many there are. */
export function TableFoot({ children }: { children: ReactNode }) {
  return <div className={classes["more"]}>{children}</div>;
}
