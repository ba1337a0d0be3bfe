import type { Operations } from "#operation.ts";
import { changePassword } from "./change-password.ts";
import { deviceApprove } from "./device-approve.ts";
import { deviceLookup } from "./device-lookup.ts";
import { deviceStart } from "./device-start.ts";
import { deviceToken } from "./device-token.ts";
import { listSessions } from "./list-sessions.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { me } from "./me.ts";
import { refresh } from "./refresh.ts";
import { register } from "./register.ts";
import { revokeSession } from "./revoke-session.ts";
import { updateMe } from "./update-me.ts";

export const authOperations = {
  register,
  login,
  refresh,
  logout,
  me,
  updateMe,
  changePassword,
  listSessions,
  revokeSession,
  deviceStart,
  deviceLookup,
  deviceApprove,
  deviceToken,
} satisfies Operations<"auth">;
