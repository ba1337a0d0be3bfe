import { z } from "zod";
import { everyone, signedIn } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { tiers } from "../tiers.ts";
import { id, text, timestamp } from "../values.ts";

/** Letters, digits, `_` and `-`; unique whatever the case. */
export const username = z.string().regex(/^[A-Za-z0-9_-]{2,40}$/, "2 to 40 letters, digits, _ or -");
const email = z.email().max(254);
// Only a length: composition rules make passwords worse (NIST SP 800-63B, 5.1.1.2). Common ones are refused by the server.
const newPassword = z.string().min(8).max(256);

/** A user as that user sees it. */
export const user = z.strictObject({
  id,
  email: z.string(),
  username: z.string(),
  tier: z.enum(tiers),
  settings: z.record(z.string(), z.unknown()),
  created_at: timestamp,
  last_login: timestamp.nullable(),
});
export type User = z.output<typeof user>;

/** What signing in answers. `expires_in` is the access token's life in seconds. */
export const signIn = z.strictObject({
  user,
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int().positive(),
});
export type SignIn = z.output<typeof signIn>;

export const auth = {
  register: mutation({
    rest: "POST /auth/register",
    summary: "Makes an account with a personal team, and signs it in.",
    access: everyone,
    rate: "register",
    input: z.strictObject({ email, username, password: newPassword }),
    output: signIn,
    errors: ["CONFLICT", "RATE_LIMITED"],
    status: 201,
  }),
  login: mutation({
    rest: "POST /auth/login",
    summary: "Signs in by email or username and password.",
    access: everyone,
    rate: "login",
    input: z
      .strictObject({
        email: text(254).optional(),
        username: text(40).optional(),
        password: z.string().min(1).max(256),
      })
      .refine((body) => (body.email === undefined) !== (body.username === undefined), {
        message: "give either email or username",
        path: ["email"],
      }),
    output: signIn,
    errors: ["AUTH_INVALID", "RATE_LIMITED"],
  }),
  refresh: mutation({
    rest: "POST /auth/refresh",
    summary:
      "Trades a refresh token for a new pair. The old one stays good for 20 seconds, then its reuse ends the session.",
    access: everyone,
    rate: "none",
    input: z.strictObject({ refresh_token: z.string().min(1).max(512) }),
    output: signIn,
    errors: ["AUTH_INVALID", "RATE_LIMITED"],
  }),
  logout: mutation({
    rest: "POST /auth/logout",
    summary: "Ends this session: its refresh token at once, its access tokens within seconds everywhere.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({}),
    errors: [],
  }),
  me: query({
    rest: "GET /auth/me",
    summary: "The signed-in user.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({}),
    output: user,
    errors: [],
  }),
};
