import type { Operations } from "#operation.ts";
import { addMember } from "./add-member.ts";
import { createTeam } from "./create-team.ts";
import { deleteTeam } from "./delete-team.ts";
import { getTeam } from "./get-team.ts";
import { listMembers } from "./list-members.ts";
import { listTeams } from "./list-teams.ts";
import { removeMember } from "./remove-member.ts";
import { updateMemberRole } from "./update-member-role.ts";
import { updateTeam } from "./update-team.ts";

export const teamOperations = {
  list: listTeams,
  create: createTeam,
  get: getTeam,
  update: updateTeam,
  delete: deleteTeam,
  listMembers,
  addMember,
  updateMemberRole,
  removeMember,
} satisfies Operations<"teams">;
