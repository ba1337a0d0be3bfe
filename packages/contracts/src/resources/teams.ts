import { z } from "zod";
import { atLeast, roles, signedIn } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { id, name, text, timestamp } from "../values.ts";
import { username } from "./auth.ts";

export const team = z
  .strictObject({
    id,
    name: z.string(),
    owner_id: id,
    personal: z.boolean(),
    role: z.enum(roles),
    created_at: timestamp,
  })
  .meta({
    id: "Team",
    description:
      "A team as one of its members sees it; `role` is the caller's own. A personal team came with its user's account and stays with it.",
  });
export type Team = z.output<typeof team>;

const exampleTeam: Team = {
  id: exampleIds.team,
  name: "Analytical Engines",
  owner_id: exampleIds.ada,
  personal: false,
  role: "Owner",
  created_at: "2026-11-22T09:30:00.000Z",
};

/** A user's place in a team. Addresses are not shown: whoever knows a username could learn its email by adding it. */
export const teamMember = z
  .strictObject({
    id,
    team_id: id,
    user_id: id,
    username: z.string(),
    role: z.enum(roles),
    created_at: timestamp,
  })
  .meta({ id: "TeamMember", description: "A user's place in a team." });
export type TeamMember = z.output<typeof teamMember>;

const exampleMember: TeamMember = {
  id: exampleIds.gracesMembership,
  team_id: exampleIds.team,
  user_id: exampleIds.grace,
  username: "grace",
  role: "Member",
  created_at: "2026-11-22T09:40:00.000Z",
};
const exampleOwner: TeamMember = {
  ...exampleMember,
  id: exampleIds.adasMembership,
  user_id: exampleIds.ada,
  username: "ada",
  role: "Owner",
  created_at: exampleTeam.created_at,
};

const whom = ["user_id", "email", "username"] as const;

export const teams = {
  list: query({
    rest: "GET /teams",
    summary: "Your teams, newest first.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ ...pageInput }),
    output: pageOf(team),
    example: { input: {}, output: onlyPage([exampleTeam]) },
    errors: [],
  }),
  create: mutation({
    rest: "POST /teams",
    summary: "Makes a team with you as its Owner.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ name: name(120) }),
    output: team,
    example: { input: { name: exampleTeam.name }, output: exampleTeam },
    errors: [],
    status: 201,
  }),
  get: query({
    rest: "GET /teams/{id}",
    summary: "One team.",
    access: atLeast("Member", { of: "team", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: team,
    example: { input: { id: exampleIds.team }, output: exampleTeam },
    errors: [],
  }),
  update: mutation({
    rest: "PATCH /teams/{id}",
    summary: "Changes a team's name.",
    access: atLeast("Admin", { of: "team", by: "id" }),
    rate: "general",
    input: z.strictObject({ id, name: name(120).optional() }),
    output: team,
    example: {
      input: { id: exampleIds.team, name: "Difference Engines" },
      output: { ...exampleTeam, name: "Difference Engines" },
    },
    errors: ["PRECONDITION_FAILED"],
  }),
  delete: mutation({
    rest: "DELETE /teams/{id}",
    summary: "Deletes a team with all its projects. A personal team stays.",
    access: atLeast("Owner", { of: "team", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    example: { input: { id: exampleIds.team }, output: {} },
    errors: ["CONFLICT"],
  }),
  listMembers: query({
    rest: "GET /teams/{id}/members",
    summary: "A team's members, newest first.",
    access: atLeast("Member", { of: "team", by: "id" }),
    rate: "general",
    input: z.strictObject({ ...pageInput, id }),
    output: pageOf(teamMember),
    example: { input: { id: exampleIds.team }, output: onlyPage([exampleMember, exampleOwner]) },
    errors: [],
  }),
  addMember: mutation({
    rest: "POST /teams/{id}/members",
    summary: "Adds a user, named by id, email or username. Only an Owner makes Owners. The user is notified.",
    access: atLeast("Admin", { of: "team", by: "id" }),
    rate: "general",
    input: z
      .strictObject({
        id,
        user_id: id.optional(),
        email: text(254).optional(),
        username: username.optional(),
        role: z.enum(roles).default("Member"),
      })
      .refine((body) => whom.filter((field) => body[field] !== undefined).length === 1, {
        message: "give one of user_id, email and username",
        path: ["user_id"],
      }),
    output: teamMember,
    example: {
      input: { id: exampleIds.team, username: "mary", role: "Member" },
      output: { ...exampleMember, id: exampleIds.marysMembership, user_id: exampleIds.mary, username: "mary" },
    },
    errors: ["NOT_FOUND", "CONFLICT"],
    status: 201,
  }),
  updateMemberRole: mutation({
    rest: "PATCH /teams/{team_id}/members/{user_id}",
    summary:
      "Gives a member another role. Only an Owner makes or unmakes Owners; the last Owner stays. The user is notified.",
    access: atLeast("Admin", { of: "team", by: "team_id" }),
    rate: "general",
    input: z.strictObject({ team_id: id, user_id: id, role: z.enum(roles) }),
    output: teamMember,
    example: {
      input: { team_id: exampleIds.team, user_id: exampleIds.grace, role: "Admin" },
      output: { ...exampleMember, role: "Admin" },
    },
    errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  }),
  removeMember: mutation({
    rest: "DELETE /teams/{team_id}/members/{user_id}",
    summary:
      "Takes a member out of a team; anyone may leave. Their tasks there are nobody's then. Only an Owner removes Owners; the last stays.",
    access: atLeast("Admin", { of: "team", by: "team_id", orSelf: "user_id" }),
    rate: "general",
    input: z.strictObject({ team_id: id, user_id: id }),
    output: z.strictObject({}),
    example: { input: { team_id: exampleIds.team, user_id: exampleIds.grace }, output: {} },
    errors: ["NOT_FOUND", "CONFLICT"],
  }),
};
