import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { manifestFiles, pathSchema } from "./paths.ts";
import { missingFile, previewContext, requestedPreview } from "./resources/previews.ts";
import { user } from "./resources/auth.ts";
import { id, sha256, text, timestamp } from "./values.ts";

/** What stands before every address of the Desktop's local API (spec section 7.3). */
export const desktopPrefix = "/hivesync-desktop-api";

/** The port that a Desktop takes when it is free; any other serves as well, for the discovery file names it. */
export const defaultDesktopPort = 4783;

/** The longest wait for a Desktop at a client's start, in milliseconds; after it calls go direct. */
export const desktopStartMs = 200;

/** 256 bits as unpadded base64url. */
const secret = z.string().regex(/^[\w-]{43}$/);

/**
 * What a running Desktop writes for clients of the same user, readable by that user alone. There is one for each upstream, so that a Desktop of
 * a development stack and one of the real service do not meet.
 */
export const discoveryFile = z.strictObject({
  version: z.literal(1),
  port: z.int().min(1).max(65_535),
  pid: z.int().min(1),
  /** Made anew at each start. It never travels before the Desktop has proved that it knows it. */
  token: secret,
  upstream: z.string(),
});
export type DiscoveryFile = z.output<typeof discoveryFile>;

/**
 * What a Desktop answers to `GET <prefix>?nonce=…`, which asks for no token and is the first that a client sends over each connection.
 *
 * `proof` is the HMAC-SHA256, under the local token, of {@link proofText}: a stranger on the port cannot make it. `user` is the HMAC-SHA256 under
 * the local token of the id of the user that the Desktop is signed in as; null when nobody is.
 */
export const desktopProbe = z.strictObject({
  name: z.literal("hivesync-desktop"),
  version: z.string(),
  upstream: z.string(),
  user: secret.nullable(),
  proof: secret,
});
export type DesktopProbe = z.output<typeof desktopProbe>;

/** What a probe's proof is made over: all that it says is bound to this question and this port. */
export function proofText(question: { nonce: string; port: number }, answer: Omit<DesktopProbe, "proof">): string {
  return JSON.stringify([question.nonce, question.port, answer.version, answer.upstream, answer.user]);
}

/**
 * The header by which a client with a login of its own says, as the probe's `user` does, whose call it is. A Desktop that is signed in as somebody
 * else by then answers AUTH_INVALID, and the client goes direct.
 */
export const desktopUserHeader = "x-hivesync-desktop-user";

/**
 * Whether a call must not travel through a Desktop: it would hand out tokens or power, or end the Desktop's own login.
 *
 * @param name - As over tRPC: `auth.login`.
 */
export function staysDirect(name: string, kind: Endpoint["kind"]): boolean {
  const [resource] = name.split(".");
  if (kind === "callback" || resource === "admin") return true;
  if (name === "projects.setRepoToken" || name === "projects.deleteRepoToken") return true;
  return resource === "auth" && name !== "auth.me";
}

const directory = text(4_096);

/** What a folder holds, as a publish sends it, and what it holds back. */
const listing = z.strictObject({
  files: manifestFiles(),
  secrets: z.array(z.string()),
  skipped: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
});

interface DesktopRoute {
  method: "GET" | "POST";
  input: z.ZodObject;
  output: z.ZodType;
}

/**
 * The Desktop's own routes, `<prefix>/<name>`: JSON in, the API's envelope out, the local token as bearer. What they are told of a folder is its
 * absolute path, which must lie within a linked one by its real path.
 */
export const desktopRoutes = {
  status: {
    method: "GET",
    input: z.strictObject({}),
    output: z.strictObject({
      version: z.string(),
      upstream: z.string(),
      pid: z.int(),
      port: z.int(),
      started_at: timestamp,
      /** Null when nobody is signed in, and while the API has not yet been reached to ask who it is. */
      account: user.pick({ id: true, email: true, username: true, tier: true }).nullable(),
      signed_in: z.boolean(),
      /** `keychain`, `encrypted-file` or `memory`. */
      credentials: z.string(),
      folders: z.array(z.strictObject({ directory: z.string(), files: z.int().nullable() })),
      log_file: z.string(),
    }),
  },
  login: {
    method: "POST",
    input: z.strictObject({ email: text(254).optional(), username: text(40).optional(), password: text(256) }),
    output: z.strictObject({ user }),
  },
  logout: { method: "POST", input: z.strictObject({}), output: z.strictObject({}) },
  link: { method: "POST", input: z.strictObject({ directory }), output: z.strictObject({ directory: z.string() }) },
  unlink: { method: "POST", input: z.strictObject({ directory }), output: z.strictObject({}) },
  manifest: { method: "POST", input: z.strictObject({ directory }), output: listing },
  /** Puts files of a folder where FILES_MISSING says. `expired`: their URLs were too old; the next request brings fresh ones. */
  upload: {
    method: "POST",
    input: z.strictObject({ directory, missing: z.array(missingFile).max(1_000) }),
    output: z.strictObject({ stored: z.array(sha256), expired: z.array(sha256), changed: z.array(z.string()) }),
  },
  /** What the folder's surroundings tell of it; for a file of it, also the files that it is read best with. */
  context: {
    method: "POST",
    input: z.strictObject({ directory, path: pathSchema.optional() }),
    output: z.strictObject({ project: previewContext, neighbours: z.array(z.string()) }),
  },
  /** All of a publish in one call, for clients without the SDK. */
  publish: {
    method: "POST",
    input: z.strictObject({
      directory,
      project_id: id,
      entry: pathSchema.optional(),
      platform: z.enum(["web", "ios", "android"]).optional(),
    }),
    output: requestedPreview.omit({ preview_token: true }),
  },
  logs: {
    method: "GET",
    input: z.strictObject({ lines: z.coerce.number().int().min(1).max(1_000).default(100) }),
    output: z.strictObject({ lines: z.array(z.record(z.string(), z.unknown())) }),
  },
} as const satisfies Record<string, DesktopRoute>;

export type DesktopRouteName = keyof typeof desktopRoutes;
export type DesktopInput<Name extends DesktopRouteName> = z.input<(typeof desktopRoutes)[Name]["input"]>;
export type DesktopOutput<Name extends DesktopRouteName> = z.output<(typeof desktopRoutes)[Name]["output"]>;
