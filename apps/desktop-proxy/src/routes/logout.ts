import type { LocalRoute } from "./local-route.ts";

/** Ends the Desktop's session, and forgets it here even when the API cannot be told. */
export const logout: LocalRoute<"logout"> = async ({ deps }) => {
  await deps.account.logout();
  return {};
};
