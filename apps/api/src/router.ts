import { adminOperations } from "./resources/admin/router.ts";
import { aiOperations } from "./resources/ai/router.ts";
import { authOperations } from "./resources/auth/router.ts";
import { callbackOperations } from "./resources/callbacks/router.ts";
import { commentOperations } from "./resources/comments/router.ts";
import { healthOperations } from "./resources/health/router.ts";
import { notificationOperations } from "./resources/notifications/router.ts";
import { previewOperations } from "./resources/previews/router.ts";
import { projectOperations } from "./resources/projects/router.ts";
import { repoOperations } from "./resources/repos/router.ts";
import { taskOperations } from "./resources/tasks/router.ts";
import { teamOperations } from "./resources/teams/router.ts";
import type { Api } from "@hivesync/contracts/api";
import type { Operation, Operations } from "./operation.ts";

/** The table of contents of the API: every operation under the name that it has over tRPC. */
export const router = {
  admin: adminOperations,
  ai: aiOperations,
  auth: authOperations,
  callbacks: callbackOperations,
  comments: commentOperations,
  health: healthOperations,
  notifications: notificationOperations,
  previews: previewOperations,
  projects: projectOperations,
  repos: repoOperations,
  tasks: taskOperations,
  teams: teamOperations,
} satisfies { [Resource in keyof Api]: Operations<Resource> };

/** The names that procedures have over tRPC. */
export const procedureNames: ReadonlySet<string> = new Set(
  Object.entries(router).flatMap(([resource, operations]) =>
    Object.entries<Operation>(operations)
      .filter(([, { contract }]) => contract.kind !== "callback")
      .map(([name]) => `${resource}.${name}`),
  ),
);

export const allOperations: Operation[] = Object.values(router).flatMap((operations) => Object.values(operations));
