interface WirePage {
  next_cursor: string | null;
}

/** How an infinite query goes on through a list of ours. */
export const byCursor = {
  getNextPageParam: ({ next_cursor: cursor }: WirePage): string | undefined => cursor ?? undefined,
};

/** All rows that were fetched so far, or undefined before the first. */
export function rowsOf<Row>(data: { pages: readonly { items: readonly Row[] }[] } | undefined): Row[] | undefined {
  return data?.pages.flatMap(({ items }) => items);
}
