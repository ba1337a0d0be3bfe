import { Column, is, SQL } from "drizzle-orm";
import { PgCustomColumn } from "drizzle-orm/pg-core";

type Decode = (value: unknown) => unknown;

/** One column of a result: where it stands in the row's object, and what it comes from. */
export interface SelectedField {
  path: string[];
  field: unknown;
}

/** How a value of the driver becomes one of ours; undefined where it is one already. */
function decoderOf(field: unknown): Decode | undefined {
  if (is(field, Column)) {
    const isAsItComes =
      field.mapFromDriverValue === Column.prototype.mapFromDriverValue ||
      // A type of ours that names no way back.
      (is(field, PgCustomColumn) && (field as unknown as { mapFrom?: unknown }).mapFrom === undefined);
    return isAsItComes ? undefined : field.mapFromDriverValue.bind(field);
  }
  const { decoder } = (is(field, SQL) ? field : (field as { sql: SQL }).sql) as unknown as {
    decoder: { mapFromDriverValue: Decode };
  };
  return decoder.mapFromDriverValue.bind(decoder);
}

/**
 * Makes objects of rows as Drizzle does, having looked at the columns once instead of for every value of every row.
 *
 * @throws Error where an object would hold another: no query of ours asks for that.
 */
export function compileRowMapper(fields: readonly SelectedField[]): (rows: readonly unknown[][]) => unknown[] {
  const columns = fields.map(({ path: [name = "", ...inner], field }) => {
    if (inner.length > 0) throw new Error(`a prepared query has ${name}.${inner.join(".")}: select it under one name`);
    return { name, decode: decoderOf(field) };
  });
  return (rows) =>
    rows.map((row) => {
      const object: Record<string, unknown> = {};
      columns.forEach(({ name, decode }, index) => {
        const value = row[index];
        object[name] = value === null || decode === undefined ? value : decode(value);
      });
      return object;
    });
}
