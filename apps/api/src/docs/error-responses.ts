import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";
import { exampleFile } from "@hivesync/contracts/examples/previews";
import { deepHealth } from "@hivesync/contracts/resources/health";
import { filesMissingDetails } from "@hivesync/contracts/resources/previews";
import { generalCallsPerMinute, tierLimits } from "@hivesync/contracts/tiers";
import type { ExampleObject, HeadersObject, ReferenceObject, ResponseObject, SchemaObject } from "openapi3-ts/oas31";
import { z } from "zod";
import { headersOf } from "./headers.ts";
import type { JsonSchemas } from "./json-schemas.ts";

interface Details {
  schema: z.ZodType;
  example: unknown;
}

const validationDetails: Details = {
  schema: z
    .array(z.strictObject({ path: z.string(), message: z.string() }).meta({ id: "ValidationIssue" }))
    .meta({ description: "A row for each field in question; `path` is dotted, as in `files.3.path`." }),
  example: [{ path: "name", message: "Too small: expected string to have >=1 characters" }],
};

const rateDetails: Details = {
  schema: z
    .strictObject({ limit: z.int(), remaining: z.int(), retry_after_seconds: z.int() })
    .meta({ id: "RateLimitDetails" }),
  example: { limit: generalCallsPerMinute, remaining: 0, retry_after_seconds: 12 },
};

const quotaDetails: Details = {
  schema: z
    .strictObject({ quota: z.enum(["files", "bytes", "storage"]), limit: z.int(), requested: z.int() })
    .meta({ id: "QuotaDetails" }),
  example: { quota: "bytes", limit: tierLimits.Free.maxBytes, requested: tierLimits.Free.maxBytes + 1 },
};

const missingDetails: Details = {
  schema: filesMissingDetails,
  example: {
    missing: [
      {
        sha256: exampleFile.sha256,
        size: exampleFile.size,
        upload_url: `https://storage.hivesync.example/hivesync/${exampleFile.sha256}?X-Amz-Expires=600&X-Amz-Signature=example`,
        headers: {
          "content-type": "application/octet-stream",
          "x-amz-checksum-sha256": Buffer.from(exampleFile.sha256, "hex").toString("base64"),
        },
      },
    ],
    missing_total: 1,
  },
};

const healthDetails: Details = {
  schema: deepHealth.nullable().meta({ description: "Of `health.deep`: which part is down." }),
  example: null,
};

const noDetails: Details = { schema: z.null(), example: null };

// What has no row here answers with `details: null`.
const detailsOf: Partial<Record<ErrorCode, Details>> = {
  VALIDATION_ERROR: validationDetails,
  RATE_LIMITED: rateDetails,
  QUOTA_EXCEEDED: quotaDetails,
  FILES_MISSING: missingDetails,
  SERVICE_UNAVAILABLE: healthDetails,
};

const errorBody = z
  .strictObject({
    code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
    message: z.string().meta({ description: "For people. It may change; branch on `code`." }),
    details: z.unknown(),
  })
  .meta({ id: "Error" }) satisfies z.ZodType<ErrorBody>;

/** What the errors of one status have in common, in the envelope. */
function envelopeOf(codes: readonly ErrorCode[], schemas: JsonSchemas): SchemaObject {
  const details = codes.map((code) => (detailsOf[code] ?? noDetails).schema);
  const narrowed = z.object({ code: z.enum(codes as [ErrorCode, ...ErrorCode[]]), details: z.union(details) });
  const { properties = {} } = schemas.resolve(schemas.ofOutput(narrowed));
  return {
    type: "object",
    required: ["ok", "data", "error"],
    properties: {
      ok: { const: false },
      data: { type: "null" },
      error: { allOf: [schemas.ofOutput(errorBody), { type: "object", properties }] },
    },
  };
}

function exampleOf(code: ErrorCode): ExampleObject {
  const { message } = errorTable[code];
  const { example: details } = detailsOf[code] ?? noDetails;
  return { summary: message, value: { ok: false, data: null, error: { code, message, details } } };
}

const withRetryAfter: readonly ErrorCode[] = ["RATE_LIMITED", "SERVICE_UNAVAILABLE"];

function headersOfErrors(codes: readonly ErrorCode[]): HeadersObject {
  return headersOf([
    "X-Request-Id",
    ...(codes.some((code) => withRetryAfter.includes(code)) ? (["Retry-After"] as const) : []),
  ]);
}

/** The error answers of endpoints, by status. Those that many endpoints share are written once, among the document's components. */
export interface ErrorResponses {
  of: (codes: readonly ErrorCode[]) => Record<string, ReferenceObject>;
  components: () => Record<string, ResponseObject>;
}

export function createErrorResponses(schemas: JsonSchemas): ErrorResponses {
  const components = new Map<string, ResponseObject>();
  const describe = (codes: ErrorCode[]): ReferenceObject => {
    const name = codes.join("-");
    if (!components.has(name)) {
      const examples = Object.fromEntries(codes.map((code) => [code, exampleOf(code)]));
      components.set(name, {
        description: codes.map((code) => `\`${code}\`: ${errorTable[code].message}`).join("\n\n"),
        headers: headersOfErrors(codes),
        content: { "application/json": { schema: envelopeOf(codes, schemas), examples } },
      });
    }
    return { $ref: `#/components/responses/${name}` };
  };
  return {
    of: (codes) => {
      const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
      return Object.fromEntries([...byStatus].map(([status, group]) => [String(status), describe(group)]));
    },
    components: () => Object.fromEntries(components),
  };
}
