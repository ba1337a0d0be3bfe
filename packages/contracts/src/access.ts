/** A user's role in a team, weakest first. */
export const roles = ["Member", "Admin", "Owner"] as const;
export type Role = (typeof roles)[number];

/** What an id in the input names; each leads to one team. */
export type ScopeKind = "team" | "project" | "task" | "comment" | "preview" | "ai_job";

/** Members of the team that the resource belongs to, of at least `minimum`. `by` names the input field that holds its id. */
type RoleRule = {
  minimum: Role;
  of: ScopeKind;
  by: string;
  /** Any member who made the resource may too, whatever the role. */
  orAuthor?: true;
  /** Any member may too when this input field holds the own user id. */
  orSelf?: string;
};

/**
 * Who may call an endpoint.
 *
 * - `public`: anyone. `user`: whoever is signed in. `site`: users of tier Admin. `worker`: a request signed with the worker secret.
 * - `role`: see {@link RoleRule}. `role_or_preview`: the same, or the token of that very preview.
 */
export type Access =
  | { kind: "public" }
  | { kind: "user" }
  | { kind: "site" }
  | { kind: "worker" }
  | ({ kind: "role" } & RoleRule)
  | ({ kind: "role_or_preview" } & RoleRule);

export const everyone = { kind: "public" } as const;
export const signedIn = { kind: "user" } as const;
export const siteAdmin = { kind: "site" } as const;
export const worker = { kind: "worker" } as const;

/**
 * Access for members of the team that owns the named resource.
 *
 * @example
 * access: atLeast("Admin", { of: "project", by: "id" })
 */
export function atLeast(minimum: Role, resource: Omit<RoleRule, "minimum">): { kind: "role" } & RoleRule {
  return { kind: "role", minimum, ...resource };
}

/** The same for one preview, which its own token opens too. */
export function atLeastOrPreviewToken(minimum: Role, by: string): { kind: "role_or_preview" } & RoleRule {
  return { kind: "role_or_preview", minimum, of: "preview", by };
}

/** Whether `role` may do what asks for `minimum`. */
export function hasRole(role: Role, minimum: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(minimum);
}
