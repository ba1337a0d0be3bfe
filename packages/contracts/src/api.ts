import { admin } from "./resources/admin.ts";
import { ai } from "./resources/ai.ts";
import { auth } from "./resources/auth.ts";
import { callbacks } from "./resources/callbacks.ts";
import { comments } from "./resources/comments.ts";
import { health } from "./resources/health.ts";
import { notifications } from "./resources/notifications.ts";
import { previews } from "./resources/previews.ts";
import { projects } from "./resources/projects.ts";
import { repos } from "./resources/repos.ts";
import { tasks } from "./resources/tasks.ts";
import { teams } from "./resources/teams.ts";

/** Every endpoint there is. From it come the tRPC types, the REST routes, the generated documentation and the layout tests. */
export const api = {
  admin,
  ai,
  auth,
  callbacks,
  comments,
  health,
  notifications,
  previews,
  projects,
  repos,
  tasks,
  teams,
};

export type Api = typeof api;
