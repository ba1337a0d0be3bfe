import { repoHost } from "@hivesync/contracts/repo-url";
import { invalidField } from "@hivesync/platform/app-error";
import type { Settings } from "#settings.ts";

/**
 * Looks a repository's host up in the operator's list.
 *
 * @param named - The address, and the field of the input that named it.
 * @throws AppError VALIDATION_ERROR that names the hosts that are allowed
 */
export function requireAllowedHost(
  { repoHosts }: Pick<Settings, "repoHosts">,
  named: { field: string; url: string },
): void {
  if (repoHosts.includes(repoHost(named.url))) return;
  throw invalidField(named.field, `must be at one of these hosts: ${repoHosts.join(", ")}`);
}
