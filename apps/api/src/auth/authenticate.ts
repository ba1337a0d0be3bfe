import type { Access } from "@hivesync/contracts/access";
import { AppError } from "@hivesync/platform/app-error";
import { isSignedCallback } from "@hivesync/platform/callback-signature";
import type { PreviewActor, UserActor } from "#actor.ts";
import type { RawRequest, RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { auditRefusedCallback } from "./audit-refused-callback.ts";

export type Actor = UserActor | PreviewActor | undefined;

function bearerToken(request: RequestContext): string {
  const [scheme, token, ...rest] = (request.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer" || !token || rest.length > 0) throw new AppError("AUTH_INVALID");
  return token;
}

async function authenticateUser(deps: Deps, token: string): Promise<UserActor> {
  const claimed = deps.tokens.verifyAccess(token);
  const { userId, sessionId } = claimed instanceof Promise ? await claimed : claimed;
  const found = deps.sessions.get(sessionId);
  const session = found instanceof Promise ? await found : found;
  if (session?.userId !== userId) throw new AppError("AUTH_INVALID", { internal: "the session has ended" });
  return { kind: "user", userId, sessionId, tier: session.tier };
}

// Read without checking, and only to choose the check: a token that lies here fails there.
function looksLikePreviewToken(token: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    return typeof header === "object" && header !== null && "typ" in header && header.typ === "preview+jwt";
  } catch {
    return false;
  }
}

/** The preview that a link's code or a preview token opens. @throws AppError AUTH_INVALID or AUTH_EXPIRED */
export function verifyPreview(
  { previewLinks, tokens }: Pick<Deps, "previewLinks" | "tokens">,
  credential: string,
): Promise<{ jobId: string }> {
  return previewLinks.isCode(credential) ? previewLinks.verify(credential) : tokens.verifyPreview(credential);
}

async function authenticateCallback(deps: Deps, request: RequestContext, raw: RawRequest | undefined): Promise<void> {
  if (raw && isSignedCallback(raw.body, raw.headers, deps.settings.workerSecrets)) return;
  await auditRefusedCallback(deps, request, "signature");
  throw new AppError("AUTH_INVALID", { publicMessage: "The callback's signature is missing, wrong or too old." });
}

/** Who calls. @throws AppError AUTH_INVALID or AUTH_EXPIRED when the endpoint asks for more than was shown. */
export async function authenticate(
  deps: Deps,
  access: Access,
  call: { request: RequestContext; raw?: RawRequest | undefined },
): Promise<Actor> {
  switch (access.kind) {
    case "public":
      return undefined;
    case "worker":
      await authenticateCallback(deps, call.request, call.raw);
      return undefined;
    case "role_or_preview": {
      const token = bearerToken(call.request);
      const isOfPreview = deps.previewLinks.isCode(token) || looksLikePreviewToken(token);
      return isOfPreview ? { kind: "preview", ...(await verifyPreview(deps, token)) } : authenticateUser(deps, token);
    }
    case "user":
    case "site":
    case "role":
      return authenticateUser(deps, bearerToken(call.request));
  }
}
