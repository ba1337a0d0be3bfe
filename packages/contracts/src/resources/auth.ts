import { z } from "zod";
import { everyone, signedIn } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { exampleLink, exampleLogin, exampleSession, exampleSignIn, exampleUser } from "../examples/auth.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { tiers } from "../tiers.ts";
import { id, jsonObject, name, text, timestamp } from "../values.ts";

/** Letters, digits, `_` and `-`; unique whatever the case. */
export const username = z.string().regex(/^[A-Za-z0-9_-]{2,40}$/, "2 to 40 letters, digits, _ or -");
const email = z.email().max(254);
const maxSettingsBytes = 64 * 1024;
/** A user's settings, whole: a patch of them is held to the same. */
export const userSettings = jsonObject(maxSettingsBytes);
// Only a length: composition rules make passwords worse (NIST SP 800-63B, 5.1.1.2). Common ones are refused by the server.
const newPassword = z.string().min(8).max(256);

export const user = z
  .strictObject({
    id,
    email: z.string(),
    username: z.string(),
    tier: z.enum(tiers),
    settings: z.record(z.string(), z.unknown()),
    created_at: timestamp,
    last_login: timestamp.nullable(),
  })
  .meta({ id: "User", description: "A user, as that user sees it." });
export type User = z.output<typeof user>;

const cookieSession = z.literal("cookie").optional().meta({
  description: "The refresh token stays in an HttpOnly cookie, which no script can read. For pages of ours.",
});

export const signIn = z
  .strictObject({
    user,
    access_token: z.string(),
    refresh_token: z.string().optional(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().positive(),
  })
  .meta({
    id: "SignIn",
    description:
      'What signing in answers. `expires_in` is the life of the access token in seconds. With `session: "cookie"` no refresh token is told.',
  });
export type SignIn = z.output<typeof signIn>;

export const session = z
  .strictObject({
    id,
    client_name: z.string(),
    created_at: timestamp,
    last_used_at: timestamp,
    current: z.boolean(),
  })
  .meta({
    id: "Session",
    description:
      "A sign-in that goes on until it is revoked or has not been used for 30 days. `current` is the one that asks.",
  });
export type Session = z.output<typeof session>;

/** The eight letters that a person types, as `WDJB-MJHT`; case and the dash do not matter. */
export const userCode = z
  .string()
  .max(20)
  .transform((typed) => typed.toUpperCase().replaceAll(/[\s-]/g, ""))
  .pipe(z.string().regex(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/, "8 letters as the device shows them"));

export const deviceLink = z
  .strictObject({
    client_name: z.string(),
    status: z.enum(["PENDING", "APPROVED", "DENIED"]),
    created_at: timestamp,
    expires_at: timestamp,
  })
  .meta({ id: "DeviceLink", description: "What asks to be signed in, as the person who approves it is shown." });
export type DeviceLink = z.output<typeof deviceLink>;

const pendingLink: z.output<typeof deviceLink> = {
  client_name: exampleLink.client_name,
  status: "PENDING",
  created_at: "2026-11-22T10:00:00.000Z",
  expires_at: "2026-11-22T10:10:00.000Z",
};

export const auth = {
  register: mutation({
    rest: "POST /auth/register",
    summary: "Makes an account with a personal team, and signs it in.",
    access: everyone,
    rate: "register",
    input: z.strictObject({ email, username, password: newPassword }),
    output: signIn,
    example: {
      input: { email: exampleLogin.email, username: exampleUser.username, password: exampleLogin.password },
      output: exampleSignIn,
    },
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
        session: cookieSession,
      })
      .refine((body) => (body.email === undefined) !== (body.username === undefined), {
        message: "give either email or username",
        path: ["email"],
      }),
    output: signIn,
    example: { input: exampleLogin, output: exampleSignIn },
    errors: ["AUTH_INVALID", "FORBIDDEN", "RATE_LIMITED"],
  }),
  refresh: mutation({
    rest: "POST /auth/refresh",
    summary:
      "Trades a refresh token for a new pair. The old one stays good for 20 seconds, then its reuse ends the session.",
    access: everyone,
    rate: "none",
    input: z
      .strictObject({ refresh_token: z.string().min(1).max(512).optional(), session: cookieSession })
      .refine((body) => (body.refresh_token === undefined) !== (body.session === undefined), {
        message: 'give the token, or session: "cookie" to use the cookie',
        path: ["refresh_token"],
      }),
    output: signIn,
    example: { input: { refresh_token: "hsr_example-refresh-token" }, output: exampleSignIn },
    errors: ["AUTH_INVALID", "FORBIDDEN", "RATE_LIMITED"],
  }),
  logout: mutation({
    rest: "POST /auth/logout",
    summary: "Ends this session: its refresh token at once, its access tokens within seconds everywhere.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({}),
    example: { input: {}, output: {} },
    errors: [],
  }),
  me: query({
    rest: "GET /auth/me",
    summary: "The signed-in user.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({}),
    output: user,
    example: { input: {}, output: exampleUser },
    errors: [],
  }),
  updateMe: mutation({
    rest: "PATCH /auth/me",
    summary: "Changes your username or your settings; settings by JSON Merge Patch.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ username: username.optional(), settings: userSettings.optional() }),
    output: user,
    example: { input: { settings: { theme: "dark" } }, output: { ...exampleUser, settings: { theme: "dark" } } },
    errors: ["CONFLICT", "PRECONDITION_FAILED"],
  }),
  changePassword: mutation({
    rest: "POST /auth/password",
    summary: "Changes your password. All your other sessions end.",
    access: signedIn,
    rate: "login",
    input: z.strictObject({ current_password: z.string().min(1).max(256), new_password: newPassword }),
    output: z.strictObject({ ended_sessions: z.int().min(0) }),
    example: {
      input: { current_password: exampleLogin.password, new_password: "as the loom weaves flowers and leaves" },
      output: { ended_sessions: 1 },
    },
    errors: ["RATE_LIMITED"],
  }),
  listSessions: query({
    rest: "GET /auth/sessions",
    summary: "Your sessions that have not ended, newest first.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ ...pageInput }),
    output: pageOf(session),
    example: { input: {}, output: onlyPage([exampleSession]) },
    errors: [],
  }),
  revokeSession: mutation({
    rest: "DELETE /auth/sessions/{id}",
    summary: "Ends one of your sessions: its refresh token at once, its access tokens within seconds everywhere.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    example: { input: { id: exampleIds.otherSession }, output: {} },
    errors: ["NOT_FOUND"],
  }),
  deviceStart: mutation({
    rest: "POST /auth/device/start",
    summary: "Begins to sign in a client that has no good way to ask for a password (RFC 8628).",
    access: everyone,
    rate: "device",
    input: z.strictObject({ client_name: name(80) }),
    output: z.strictObject({
      device_code: z.string(),
      user_code: z.string(),
      verification_uri: z.string(),
      verification_uri_complete: z.string(),
      expires_in: z.int().positive(),
      interval: z.int().positive(),
    }),
    example: {
      input: { client_name: exampleLink.client_name },
      output: {
        device_code: exampleLink.device_code,
        user_code: exampleLink.user_code,
        verification_uri: "https://hivesync.example/device",
        verification_uri_complete: `https://hivesync.example/device?user_code=${exampleLink.user_code}`,
        expires_in: 600,
        interval: 5,
      },
    },
    errors: ["RATE_LIMITED"],
    status: 201,
  }),
  deviceLookup: query({
    rest: "GET /auth/device",
    summary: "What stands behind a user code, to be looked at before it is approved.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ user_code: userCode }),
    output: deviceLink,
    example: { input: { user_code: exampleLink.user_code }, output: pendingLink },
    errors: ["NOT_FOUND", "RATE_LIMITED"],
  }),
  deviceApprove: mutation({
    rest: "POST /auth/device/approve",
    summary: "Signs the client behind a user code in as you, or denies it. After five wrong codes you have to wait.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ user_code: userCode, decision: z.enum(["APPROVE", "DENY"]).default("APPROVE") }),
    output: deviceLink,
    example: { input: { user_code: exampleLink.user_code }, output: { ...pendingLink, status: "APPROVED" } },
    errors: ["NOT_FOUND", "CONFLICT", "RATE_LIMITED"],
  }),
  deviceToken: mutation({
    rest: "POST /auth/device/token",
    summary:
      "Asks whether the link was approved; no more often than every `interval` seconds. Answers the sign-in once it was.",
    access: everyone,
    rate: "none",
    input: z.strictObject({ device_code: z.string().min(1).max(512) }),
    output: z.discriminatedUnion("status", [
      z.strictObject({ status: z.literal("PENDING"), interval: z.int().positive() }),
      z.strictObject({ status: z.enum(["DENIED", "EXPIRED"]) }),
      signIn.extend({ status: z.literal("APPROVED") }),
    ]),
    example: { input: { device_code: exampleLink.device_code }, output: { status: "PENDING", interval: 5 } },
    errors: ["RATE_LIMITED"],
  }),
};
