import { z } from "zod";
import { atLeast, signedIn } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { pathSchema } from "../paths.ts";
import { repoRef, repoUrl } from "../repo-url.ts";
import { id, jsonObject, name, text, timestamp } from "../values.ts";

export const previewPlatforms = ["web", "ios", "android"] as const;
const maxMetadataBytes = 64 * 1024;
const metadata = jsonObject(maxMetadataBytes);

export const project = z
  .strictObject({
    id,
    team_id: id,
    name: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "Project" });
export type Project = z.output<typeof project>;

const exampleProject: Project = {
  id: exampleIds.project,
  team_id: exampleIds.team,
  name: "Todo",
  metadata: { framework: "react-native" },
  created_at: "2026-11-22T10:00:00.000Z",
  updated_at: "2026-11-22T10:00:00.000Z",
};

export const projectSettings = z
  .strictObject({
    preview: z.strictObject({
      entry: pathSchema.optional(),
      platform: z.enum(previewPlatforms).optional(),
      title: name(120).optional(),
    }),
    ai: z.strictObject({ style: text(200).optional(), language: text(40).optional() }),
    repo: z.strictObject({ url: repoUrl.optional(), ref: repoRef.optional(), auto_sync: z.boolean().optional() }),
    custom: metadata,
  })
  .meta({ id: "ProjectSettings", description: "Every part is there; what was never set is absent within it." });
export type ProjectSettings = z.output<typeof projectSettings>;

const exampleSettings: ProjectSettings = {
  preview: { platform: "ios", title: "Todo" },
  ai: { language: "English" },
  repo: { url: "https://github.com/example/todo", ref: "main" },
  custom: { board: "sprint-12" },
};

// A merge patch (RFC 7396) of a strict object: each field may be given, or null to remove it.
function patchOf<Shape extends z.ZodRawShape>(
  object: z.ZodObject<Shape>,
): z.ZodOptional<z.ZodNullable<z.ZodObject<{ [K in keyof Shape]: z.ZodNullable<Shape[K]> }, z.core.$strict>>> {
  const nullable = Object.entries(object.shape).map(([key, schema]) => [key, z.nullable(schema as z.ZodType)]);
  // fromEntries forgets which schema stands at which key.
  const shape = Object.fromEntries(nullable) as unknown as { [K in keyof Shape]: z.ZodNullable<Shape[K]> };
  return z.strictObject(shape).nullable().optional();
}

export const projects = {
  list: query({
    rest: "GET /projects",
    summary: "The projects of your teams, newest first.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ ...pageInput, team_id: id.optional() }),
    output: pageOf(project),
    example: { input: {}, output: onlyPage([exampleProject]) },
    errors: ["NOT_FOUND"],
  }),
  create: mutation({
    rest: "POST /projects",
    summary: "Makes a project, in your personal team unless a team is named.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ name: name(120), team_id: id.optional(), metadata: metadata.optional() }),
    output: project,
    example: { input: { name: "Todo", metadata: { framework: "react-native" } }, output: exampleProject },
    errors: ["NOT_FOUND"],
    status: 201,
  }),
  get: query({
    rest: "GET /projects/{id}",
    summary: "One project.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: project,
    example: { input: { id: exampleIds.project }, output: exampleProject },
    errors: [],
  }),
  update: mutation({
    rest: "PATCH /projects/{id}",
    summary: "Changes a project's name or metadata.",
    access: atLeast("Admin", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ id, name: name(120).optional(), metadata: metadata.optional() }),
    output: project,
    example: {
      input: { id: exampleIds.project, name: "Groceries" },
      output: { ...exampleProject, name: "Groceries", updated_at: "2026-11-22T11:30:00.000Z" },
    },
    errors: ["PRECONDITION_FAILED"],
  }),
  delete: mutation({
    rest: "DELETE /projects/{id}",
    summary: "Deletes a project with its tasks, comments and previews.",
    access: atLeast("Admin", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    example: { input: { id: exampleIds.project }, output: {} },
    errors: [],
  }),
  getSettings: query({
    rest: "GET /projects/{id}/settings",
    summary: "A project's settings.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: projectSettings,
    example: { input: { id: exampleIds.project }, output: exampleSettings },
    errors: [],
  }),
  updateSettings: mutation({
    rest: "PATCH /projects/{id}/settings",
    summary: "Changes settings by JSON Merge Patch: what is given is set, null removes, the rest stays.",
    access: atLeast("Admin", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({
      id,
      preview: patchOf(projectSettings.shape.preview),
      ai: patchOf(projectSettings.shape.ai),
      repo: patchOf(projectSettings.shape.repo),
      custom: metadata.nullable().optional(),
    }),
    output: projectSettings,
    example: {
      input: { id: exampleIds.project, preview: { platform: "android", title: null } },
      output: { ...exampleSettings, preview: { platform: "android" } },
    },
    errors: ["PRECONDITION_FAILED"],
  }),
  setRepoToken: mutation({
    rest: "PUT /projects/{id}/repo_token",
    summary:
      "Keeps a token for the host of the project's repository. It is sent to that host alone, and nobody can read it back; another host in the settings deletes it.",
    access: atLeast("Admin", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({
      id,
      token: z
        .string()
        .min(1)
        .max(4_096)
        .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces"),
      username: z
        .string()
        .min(1)
        .max(255)
        .regex(/^[\x21-\x39\x3b-\x7e]+$/, "must be printable ASCII without spaces and colons")
        .optional()
        .meta({ description: "What the host expects beside the token, where it does not take any name." }),
    }),
    output: z.strictObject({ host: z.string(), created_at: timestamp }).meta({ id: "RepoToken" }),
    example: {
      input: { id: exampleIds.project, token: "a-read-only-token-of-the-host" },
      output: { host: "github.com", created_at: "2026-11-22T10:29:00.000Z" },
    },
    errors: ["CONFLICT"],
  }),
  deleteRepoToken: mutation({
    rest: "DELETE /projects/{id}/repo_token",
    summary: "Forgets the token. Where there is none, nothing is changed.",
    access: atLeast("Admin", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    example: { input: { id: exampleIds.project }, output: {} },
    errors: [],
  }),
};
