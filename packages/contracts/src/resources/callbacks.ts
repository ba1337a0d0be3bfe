import { z } from "zod";
import { worker } from "../access.ts";
import { callback } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { id, jsonObject, storableJson, text } from "../values.ts";

const objectUrl = z.string().max(2_000);

/** Spec sections 12.2 and 20. */
export const callbackBody = z
  .strictObject({
    job_id: id,
    status: z.enum(["SUCCESS", "FAIL"]),
    bundle_url: objectUrl.nullable().optional(),
    logs_url: objectUrl.nullable().optional(),
    error: text(10_000).nullable().optional(),
    attempt: z.int().min(1).optional(),
    error_code: z.string().max(40).optional(),
    error_details: storableJson.optional(),
    metrics: jsonObject(256 * 1024).optional(),
    artifacts: z
      .array(z.strictObject({ name: z.string().regex(/^[a-z_]{1,40}$/), url: objectUrl }))
      .max(20)
      .optional(),
  })
  .meta({
    id: "CallbackBody",
    description:
      "What a worker posts when a job has ended. URLs are `s3://bucket/key` under the prefix of this job and attempt. A body without `attempt` is taken only while the job is in its first.",
  });
export type CallbackBody = z.output<typeof callbackBody>;

const ownPrefix = `s3://hivesync/t/${exampleIds.team}`;
const previewPrefix = `${ownPrefix}/previews/${exampleIds.runningPreview}/1`;
const repoPrefix = `${ownPrefix}/repos/${exampleIds.runningRepoSync}/1`;
const builtPreview: CallbackBody = {
  job_id: exampleIds.runningPreview,
  status: "SUCCESS",
  attempt: 1,
  bundle_url: `${previewPrefix}/index.html`,
  logs_url: `${previewPrefix}/build.log`,
  metrics: { timings: { build_ms: 180 }, warnings: [], kind: "Expo app (React 19)" },
  artifacts: [{ name: "source_map", url: `${previewPrefix}/index.html.map` }],
};

function receiver(rest: `POST /${string}`, summary: string, exampleBody: CallbackBody) {
  return callback({
    rest,
    summary,
    access: worker,
    rate: "none",
    input: callbackBody,
    // False: the job has ended already, or a later attempt holds it. Nothing was changed.
    output: z.strictObject({ applied: z.boolean() }),
    example: { input: exampleBody, output: { applied: true } },
    errors: ["AUTH_INVALID", "NOT_FOUND"],
  });
}

export const callbacks = {
  receive: receiver("POST /workers/callback", "The end of any job.", {
    job_id: exampleIds.runningPreview,
    status: "FAIL",
    attempt: 1,
    logs_url: `${previewPrefix}/build.log`,
    error: 'Could not resolve "./itme" in src/App.tsx.',
    error_code: "PREVIEW_BUILD_FAILED",
    error_details: [{ file: "src/App.tsx", line: 14, column: 24, text: 'Could not resolve "./itme"' }],
  }),
  receivePreview: receiver("POST /preview/callback", "The end of a preview build.", builtPreview),
  receiveAi: receiver("POST /ai/callback", "The end of an AI documentation job.", {
    job_id: exampleIds.runningAiJob,
    status: "SUCCESS",
    attempt: 1,
    bundle_url: `${ownPrefix}/ai/${exampleIds.runningAiJob}/1/result.json`,
  }),
  receiveRepo: receiver("POST /repos/callback", "The end of a repository sync.", {
    job_id: exampleIds.runningRepoSync,
    status: "SUCCESS",
    attempt: 1,
    bundle_url: null,
    metrics: {
      timings: { fetch: 1_400, upload: 300 },
      extends: null,
      bundle: { bytes: 4_210, sha256: "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab" },
      forced: [],
      deleted: [],
    },
    artifacts: [
      { name: "manifest", url: `${repoPrefix}/manifest.json` },
      { name: "mirror", url: `${repoPrefix}/mirror.bundle` },
    ],
  }),
};
