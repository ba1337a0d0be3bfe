/** A user's role in a team, weakest first. */
export const roles = ["Member", "Admin", "Owner"] as const;
export type Role = (typeof roles)[number];

/** What an id in the input names; each leads to one team. */
export type ScopeKind = "team" | "project" | "task" | "preview";

/**
 * Who may call an endpoint.
 *
 * - `public`: anyone. `user`: whoever is signed in. `site`: users of tier Admin. `worker`: a request signed with the worker secret.
 * - `role`: a member of the team that the resource belongs to, of at least `minimum`. `by` names the input field with the resource's id.
 *   With `previewToken` the token of that very preview opens it too.
 */
export type Access =
  | { kind: "public" }
  | { kind: "user" }
  | { kind: "site" }
  | { kind: "worker" }
  | { kind: "role"; minimum: Role; of: ScopeKind; by: string; previewToken: boolean };

export const everyone: Access = { kind: "public" };
export const signedIn: Access = { kind: "user" };
export const worker: Access = { kind: "worker" };

/**
 * Access for members of the team that owns the named resource.
 *
 * @example
 * access: atLeast("Admin", { of: "project", by: "id" })
 */
export function atLeast(minimum: Role, resource: { of: ScopeKind; by: string; previewToken?: true }): Access {
  return { kind: "role", minimum, of: resource.of, by: resource.by, previewToken: resource.previewToken ?? false };
}

/** Whether `role` may do what asks for `minimum`. */
export function hasRole(role: Role, minimum: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(minimum);
}
