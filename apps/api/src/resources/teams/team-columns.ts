import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";

/** The columns of a team itself. */
export const ownTeamColumns = {
  id: teams.id,
  name: teams.name,
  owner_id: teams.owner_id,
  personal: teams.personal,
  created_at: teams.created_at,
};

/** A team as one of its members sees it; the role is of the member that the query joins. */
export const teamColumns = { ...ownTeamColumns, role: teamMembers.role };

/** The columns of a membership itself. */
export const ownMemberColumns = {
  id: teamMembers.id,
  team_id: teamMembers.team_id,
  user_id: teamMembers.user_id,
  role: teamMembers.role,
  created_at: teamMembers.created_at,
};

/** A member as the team's members see it; the query joins the user. */
export const memberColumns = { ...ownMemberColumns, username: users.username };
