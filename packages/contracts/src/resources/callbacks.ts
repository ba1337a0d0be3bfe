import { z } from "zod";
import { worker } from "../access.ts";
import { callback } from "../endpoint.ts";
import { id, jsonObject, storableJson, text } from "../values.ts";

const objectUrl = z.string().max(2_000);

/**
 * What a worker posts when a job has ended (spec sections 12.2 and 20). URLs are `s3://bucket/key` under the job's own prefix.
 * A body without `attempt` is taken only while the job is in its first.
 */
export const callbackBody = z.strictObject({
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
});
export type CallbackBody = z.output<typeof callbackBody>;

function receiver(rest: `POST /${string}`, summary: string) {
  return callback({
    rest,
    summary,
    access: worker,
    rate: "none",
    input: callbackBody,
    // False: the job has ended already, or a later attempt holds it. Nothing was changed.
    output: z.strictObject({ applied: z.boolean() }),
    errors: ["AUTH_INVALID", "NOT_FOUND"],
  });
}

export const callbacks = {
  receive: receiver("POST /workers/callback", "The end of any job."),
  receivePreview: receiver("POST /preview/callback", "The end of a preview build."),
  receiveAi: receiver("POST /ai/callback", "The end of an AI documentation job."),
  receiveRepo: receiver("POST /repos/callback", "The end of a repository sync."),
};
