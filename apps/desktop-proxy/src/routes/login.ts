import { invalidField } from "@hivesync/platform/app-error";
import type { LocalRoute } from "./local-route.ts";

/** Signs the Desktop in. Clients of another user go direct from then on. */
export const login: LocalRoute<"login"> = async ({ deps, input }) => {
  const { email, username, password } = input;
  if (email !== undefined && username === undefined) return { user: await deps.account.login({ email, password }) };
  if (username !== undefined && email === undefined) return { user: await deps.account.login({ username, password }) };
  throw invalidField("email", "name who signs in by email or by username, not by both");
};
