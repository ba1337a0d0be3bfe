import { z } from "zod";
import { signedIn } from "../access.ts";
import { jobStatuses } from "../jobs/job-state.ts";
import { mutation, query, subscription } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { id, timestamp } from "../values.ts";
import { aiProgress } from "./ai.ts";
import { jobProgress } from "./previews.ts";
import { repoProgress } from "./repos.ts";

/** What a notification can be about. Who gets which is said in the pipelines design. */
export const notificationTypes = [
  "preview_ready",
  "preview_failed",
  "ai_ready",
  "ai_failed",
  "repo_synced",
  "repo_sync_failed",
  "task_assigned",
  "comment_added",
  "mention",
  "member_added",
  "role_changed",
  "tier_changed",
  "session_revoked",
] as const;
export type NotificationType = (typeof notificationTypes)[number];

export const notification = z
  .strictObject({
    id,
    type: z.enum(notificationTypes),
    data: z.record(z.string(), z.unknown()),
    created_at: timestamp,
    read_at: timestamp.nullable(),
  })
  .meta({ id: "Notification", description: "What a user is told. `data` holds ids and names, by the type." });
export type Notification = z.output<typeof notification>;

const exampleNotification: Notification = {
  id: exampleIds.notification,
  type: "preview_ready",
  data: { job_id: exampleIds.preview, project_id: exampleIds.project },
  created_at: "2026-11-22T10:15:04.000Z",
  read_at: null,
};

function progressOf<Kind extends string, Progress extends z.ZodType>(kind: Kind, progress: Progress) {
  return z.strictObject({
    type: z.literal("progress"),
    kind: z.literal(kind),
    job_id: id,
    project_id: id,
    status: z.enum(jobStatuses),
    progress: progress.nullable(),
  });
}

/** How a job of any kind comes along. */
export const progressEvent = z
  .discriminatedUnion("kind", [
    progressOf("preview", jobProgress),
    progressOf("ai", aiProgress),
    progressOf("repo", repoProgress),
  ])
  .meta({ description: "Of a job that you asked for. The newest counts, so none is sent again." });
export type ProgressEvent = z.output<typeof progressEvent>;

export const notificationEvent = z
  .discriminatedUnion("type", [
    z
      .strictObject({ type: z.literal("ready"), unread_count: z.int().min(0) })
      .meta({ description: "The stream stands; whatever comes to be from now on will be sent." }),
    z.strictObject({ type: z.literal("notification"), notification }).meta({
      description: "The only kind besides `ready` that has an id. Sent again after that id when the stream is resumed.",
    }),
    progressEvent,
  ])
  .meta({ id: "NotificationEvent", description: "What the stream of a signed-in user carries." });
/**
 * One event of the stream: see {@link notificationEvent}.
 *
 * @example
 * const isNews = (event: NotificationEvent): boolean => event.type === "notification";
 */
export type NotificationEvent = z.output<typeof notificationEvent>;

export const notifications = {
  list: query({
    rest: "GET /notifications",
    summary: "Your notifications, newest first.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ ...pageInput, unread: z.boolean().default(false) }),
    output: pageOf(notification).extend({ unread_count: z.int().min(0) }),
    example: { input: { unread: true }, output: { ...onlyPage([exampleNotification]), unread_count: 1 } },
    errors: [],
  }),
  markRead: mutation({
    rest: "POST /notifications/{id}/read",
    summary: "Marks one of your notifications as read. What is read already stays as it is.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ id }),
    output: notification,
    example: {
      input: { id: exampleIds.notification },
      output: { ...exampleNotification, read_at: "2026-11-22T11:30:00.000Z" },
    },
    errors: ["NOT_FOUND"],
  }),
  markAllRead: mutation({
    rest: "POST /notifications/read_all",
    summary: "Marks all your notifications as read, and says how many were not.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({ marked: z.int().min(0) }),
    example: { input: {}, output: { marked: 1 } },
    errors: [],
  }),
  stream: subscription({
    rest: "GET /notifications/stream",
    summary: "Your notifications as they come, and the progress of your jobs. After `Last-Event-ID` nothing is missed.",
    access: signedIn,
    rate: "stream",
    input: z.strictObject({}),
    output: notificationEvent,
    example: { input: {}, output: { type: "notification", notification: exampleNotification } },
    errors: ["RATE_LIMITED"],
  }),
};
