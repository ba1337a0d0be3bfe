import { useInfiniteQuery } from "@tanstack/react-query";

interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
}

interface CursorListOptions<Row> {
  /** The key of the endpoint, and what it is asked. */
  key: readonly unknown[];
  /** Reads the page at a cursor; the first where there is none. */
  read: (cursor: { cursor?: string }, signal: AbortSignal) => Promise<Page<Row>>;
  refetchInterval?: number;
}

/** A list that goes on by its cursor. tRPC's own infinite queries put a field of theirs into the input, which our contracts take for a mistake. */
export function useCursorList<Row>({ key, read, refetchInterval }: CursorListOptions<Row>) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam === undefined ? {} : { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
    // What stood there stays until what other filters find has come.
    placeholderData: (before) => before,
    ...(refetchInterval !== undefined && { refetchInterval }),
  });
  const rows = query.data?.pages.flatMap(({ items }) => items);
  return {
    rows,
    /** That nothing could be had; what fails later leaves the rows as they are. */
    failure: query.error !== null && !rows ? { error: query.error, retry: () => void query.refetch() } : undefined,
    more: {
      count: rows?.length,
      hasMore: query.hasNextPage,
      isFetching: query.isFetchingNextPage,
      onMore: () => void query.fetchNextPage(),
    },
  };
}
