import type { Access, Role } from "@hivesync/contracts/access";
import type { Tier } from "@hivesync/contracts/tiers";

/** A signed-in user, as known for at most two seconds. */
export interface UserActor {
  kind: "user";
  userId: string;
  sessionId: string;
  tier: Tier;
}

/** Whoever holds a preview's link. */
export interface PreviewActor {
  kind: "preview";
  jobId: string;
}

/** The team that the named resource belongs to, and the caller's role in it; none for a preview token. */
export interface Scope {
  teamId: string;
  projectId: string | null;
  role: Role | null;
  /** Whether the caller made the resource. */
  isAuthor: boolean;
}

/** What an operation is given of its caller, by its contract's access. */
export type Caller<A extends Access> = A extends { kind: "role_or_preview" }
  ? { actor: UserActor | PreviewActor; scope: Scope }
  : A extends { kind: "role" }
    ? { actor: UserActor; scope: Scope }
    : A extends { kind: "user" | "site" }
      ? { actor: UserActor }
      : object;
