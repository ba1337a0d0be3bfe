import { createHmac, timingSafeEqual } from "node:crypto";
import type { Database } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { AppError } from "@hivesync/platform/app-error";
import { deriveKeys } from "@hivesync/platform/encryption";
import { idFromBytes, idToBytes } from "@hivesync/platform/ids";
import { eq, sql } from "drizzle-orm";

// So that a link that slipped into a text is known for what it is, and taken out.
const mark = "hsp_";
const idCharacters = 22;
// 96 bits, which nobody guesses over the network in the hours that a preview lives.
const proofBytes = 12;
const form = new RegExp(`^${mark}([\\w-]{${idCharacters}})([\\w-]{16})$`);

/**
 * The codes at the end of preview links: the job's id and a proof that we gave it, 42 characters. A code opens what the preview's token
 * opens, until the preview's row says that it is over; it is short, so that a link can be read out and its QR code fits on a terminal.
 */
export interface PreviewLinks {
  codeOf: (jobId: string) => string;
  /** Whether a credential is to be checked as such a code. */
  isCode: (credential: string) => boolean;
  /** @throws AppError AUTH_INVALID or AUTH_EXPIRED. A preview that is gone is told by whoever looks for it. */
  verify: (code: string) => Promise<{ jobId: string }>;
}

const findExpiry = prepared((db) =>
  db
    .select({ expires_at: previewSessions.expires_at })
    .from(previewSessions)
    .where(eq(previewSessions.id, sql.placeholder("id")))
    .prepare("preview_expiry"),
);

export function createPreviewLinks(db: Database, masterKeys: readonly Uint8Array[]): PreviewLinks {
  const keys = deriveKeys(masterKeys, "preview links");
  const proofOf = (id: Uint8Array, key: Buffer): Buffer =>
    createHmac("sha256", key).update(id).digest().subarray(0, proofBytes);
  const jobOf = (code: string): string | undefined => {
    const [, idText = "", proofText = ""] = form.exec(code) ?? [];
    const [id, proof] = [Buffer.from(idText, "base64url"), Buffer.from(proofText, "base64url")];
    if (proof.length !== proofBytes || !keys.some((key) => timingSafeEqual(proofOf(id, key), proof))) return undefined;
    return idFromBytes(id);
  };
  return {
    codeOf: (jobId) => {
      const id = idToBytes(jobId);
      return mark + id.toString("base64url") + proofOf(id, keys[0]).toString("base64url");
    },
    isCode: (credential) => credential.startsWith(mark),
    verify: async (code) => {
      const jobId = jobOf(code);
      if (jobId === undefined) throw new AppError("AUTH_INVALID", { internal: "a preview link that we did not make" });
      const [row] = await findExpiry(db).execute({ id: jobId });
      if (row && Date.parse(row.expires_at) <= Date.now()) throw new AppError("AUTH_EXPIRED");
      return { jobId };
    },
  };
}
