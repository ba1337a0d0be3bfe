import { tiers } from "@hivesync/contracts/tiers";
import UserSearch from "lucide-react/icons/user-search";
import { z } from "zod";
import { DataTable } from "#parts/data-table.tsx";
import { MoreRows } from "#parts/more-rows.tsx";
import { Empty, Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { SearchField } from "#parts/search-field.tsx";
import { SelectFilter } from "#parts/select-filter.tsx";
import { Surface } from "#parts/surface.tsx";
import { useCursorList } from "#parts/use-cursor-list.ts";
import { useFilters } from "#parts/use-filters.ts";
import { client, trpc } from "#server/trpc.ts";
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

interface UserFiltersProps {
  filters: z.output<typeof fields>;
  onChange: (changes: Partial<Record<"q" | "tier" | "state", string | undefined>>) => void;
}

function UserFilters({ filters: { q, tier, state }, onChange }: UserFiltersProps) {
  return (
    <>
      <SearchField
        isMain
        label="Search users"
        placeholder="Email, username or id"
        value={q ?? ""}
        onChange={(typed) => onChange({ q: typed })}
      />
      <SelectFilter
        label="Tier"
        any="All tiers"
        value={tier}
        options={tierOptions}
        onChange={(chosen) => onChange({ tier: chosen })}
        width={120}
      />
      <SelectFilter
        label="State"
        any="All states"
        value={state}
        options={stateOptions}
        onChange={(chosen) => onChange({ state: chosen })}
        width={125}
      />
    </>
  );
}

export function UsersPage() {
  const [filters, change] = useFilters(fields);
  const { q, tier, state } = filters;
  const input = { limit: 50, ...(q && { q }), ...(tier && { tier }), ...(state && { disabled: state === "disabled" }) };
  const { rows, failure, more } = useCursorList({
    key: [...trpc.admin.listUsers.pathKey(), input],
    read: (cursor, signal) => client.admin.listUsers.query({ ...input, ...cursor }, { signal }),
  });
  const isFiltered = q !== undefined || tier !== undefined || state !== undefined;
  const none = (
    <Empty icon={UserSearch} title={isFiltered ? "Nobody is like that" : "Nobody has registered yet"}>
      {isFiltered
        ? "A search finds how an email address or a username begins, or a whole id."
        : "Whoever registers stands here, newest first."}
    </Empty>
  );
  const instead = failure ? <Failure {...failure} /> : rows?.length === 0 ? none : undefined;
  return (
    <Page
      title="Users"
      note="Who may use the site, and how much of it"
      actions={<UserFilters filters={filters} onChange={change} />}
    >
      <Surface title={isFiltered ? "Found" : "All users"} note="Newest first" flush>
        <DataTable
          label="Users"
          columns={useUserColumns()}
          rows={rows}
          keyOf={({ id }) => id}
          expectedRows={12}
          minWidth={740}
          instead={instead}
        />
        <MoreRows {...more} />
      </Surface>
    </Page>
  );
}
