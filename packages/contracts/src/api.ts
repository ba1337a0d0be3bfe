import { auth } from "./resources/auth.ts";
import { callbacks } from "./resources/callbacks.ts";
import { health } from "./resources/health.ts";
import { notifications } from "./resources/notifications.ts";
import { previews } from "./resources/previews.ts";
import { projects } from "./resources/projects.ts";
import { tasks } from "./resources/tasks.ts";

/** Every endpoint there is. From it come the tRPC types, the REST routes, the generated documentation and the layout tests. */
export const api = { auth, callbacks, health, notifications, previews, projects, tasks };

export type Api = typeof api;
