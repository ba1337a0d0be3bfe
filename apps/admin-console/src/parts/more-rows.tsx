import { Button, Text } from "@mantine/core";
import { TableFoot } from "./data-table.tsx";
import { formatCount } from "./format.ts";

interface MoreRowsProps {
  /** How many are shown; undefined until the first have come. */
  count: number | undefined;
  hasMore: boolean;
  isFetching: boolean;
  onMore: () => void;
}

/** The foot of a list that goes on by its cursor. */
export function MoreRows({ count, hasMore, isFetching, onMore }: MoreRowsProps) {
  return (
    <TableFoot>
      {hasMore ? (
        <Button variant="subtle" color="gray" c="dimmed" size="xs" loading={isFetching} onClick={onMore}>
          Show more
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {count === undefined
            ? " "
            : count === 1
              ? "That is the only one"
              : count > 0
                ? `All ${formatCount(count)} are shown`
                : " "}
        </Text>
      )}
    </TableFoot>
  );
}
