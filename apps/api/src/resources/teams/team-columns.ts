import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";

/** The columns of a team as one of its members sees it; the role is of the member that the query joins. */
export const teamColumns = {
  id: teams.id,
  name: teams.name,
  owner_id: teams.owner_id,
  personal: teams.personal,
  role: teamMembers.role,
  created_at: teams.created_at,
};

/** The columns of a member that the team's members see. */
export const memberColumns = {
  id: teamMembers.id,
  team_id: teamMembers.team_id,
  user_id: teamMembers.user_id,
  username: users.username,
  role: teamMembers.role,
  created_at: teamMembers.created_at,
};
