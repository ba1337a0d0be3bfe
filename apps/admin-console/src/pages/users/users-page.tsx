import { useInfiniteQuery } from "@tanstack/react-query";
import { tiers } from "@hivesync/contracts/tiers";
import UserSearch from "lucide-react/icons/user-search";
import { z } from "zod";
import { byCursor, rowsOf } from "#parts/cursor-page.ts";
import { DataTable } from "#parts/data-table.tsx";
import { MoreRows } from "#parts/more-rows.tsx";
import { Empty, Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { SearchField } from "#parts/search-field.tsx";
import { SelectFilter } from "#parts/select-filter.tsx";
import { Surface } from "#parts/surface.tsx";
import { useFilters } from "#parts/use-filters.ts";
import { trpc } from "#server/trpc.ts";
import { useUserColumns } from "./use-user-columns.tsx";

const fields = z.object({
  q: z.string().max(255).optional(),
  tier: z.enum(tiers).optional(),
  state: z.enum(["enabled", "disabled"]).optional(),
});

const tierOptions = tiers.map((tier) => ({ value: tier, label: tier }));
const stateOptions = [
  { value: "enabled", label: "Enabled" },
  { value: "disabled", label: "Disabled" },
] as const;

export function UsersPage() {
  const [{ q, tier, state }, change] = useFilters(fields);
  const query = useInfiniteQuery(
    trpc.admin.listUsers.infiniteQueryOptions(
      { limit: 50, ...(q && { q }), ...(tier && { tier }), ...(state && { disabled: state === "disabled" }) },
      { ...byCursor, placeholderData: (before) => before },
    ),
  );
  const rows = rowsOf(query.data);
  const isFiltered = q !== undefined || tier !== undefined || state !== undefined;
  const none = (
    <Empty icon={UserSearch} title={isFiltered ? "Nobody is like that" : "Nobody has registered yet"}>
      {isFiltered
        ? "A search finds how an email address or a username begins, or a whole id."
        : "Whoever registers stands here, newest first."}
    </Empty>
  );
  const instead =
    query.error && !rows ? (
      <Failure error={query.error} retry={() => void query.refetch()} />
    ) : rows?.length === 0 ? (
      none
    ) : undefined;
  return (
    <Page
      title="Users"
      note="Who may use the site, and how much of it"
      actions={
        <>
          <SearchField
            isMain
            label="Search users"
            placeholder="Email, username or id"
            value={q ?? ""}
            onChange={(typed) => change({ q: typed })}
          />
          <SelectFilter
            label="Tier"
            any="All tiers"
            value={tier}
            options={tierOptions}
            onChange={(chosen) => change({ tier: chosen })}
            width={120}
          />
          <SelectFilter
            label="State"
            any="All states"
            value={state}
            options={stateOptions}
            onChange={(chosen) => change({ state: chosen })}
            width={125}
          />
        </>
      }
    >
      <Surface title={isFiltered ? "Found" : "All users"} note="Newest first" flush>
        <DataTable
          label="Users"
          columns={useUserColumns()}
          rows={rows}
          keyOf={({ id }) => id}
          expectedRows={12}
          minWidth={900}
          instead={instead}
        />
        <MoreRows
          count={rows?.length}
          hasMore={query.hasNextPage}
          isFetching={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      </Surface>
    </Page>
  );
}
