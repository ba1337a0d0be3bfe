import type { Operations } from "#operation.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { me } from "./me.ts";
import { refresh } from "./refresh.ts";
import { register } from "./register.ts";

export const authOperations = { register, login, refresh, logout, me } satisfies Operations<"auth">;
