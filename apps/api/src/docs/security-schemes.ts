import type { Access } from "@hivesync/contracts/access";
import type { SecurityRequirementObject, SecuritySchemeObject } from "openapi3-ts/oas31";

const signatureHeader = (name: string, description: string): SecuritySchemeObject => ({
  type: "apiKey",
  in: "header",
  name,
  description,
});

export const securitySchemes: Readonly<Record<string, SecuritySchemeObject>> = {
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `access_token` of a sign-in. It lives ten minutes; `auth.refresh` gives the next.",
  },
  previewToken: {
    type: "http",
    scheme: "bearer",
    description:
      "The `preview_token` of one preview, a JWT, or the code at the end of its link. Both open that preview and nothing else.",
  },
  metricsToken: {
    type: "http",
    scheme: "bearer",
    description: "What `HIVESYNC_METRICS_TOKEN` of the API's environment holds. It opens `/metrics` and nothing else.",
  },
  webhookId: signatureHeader("webhook-id", "Names the message, as in Standard Webhooks."),
  webhookTimestamp: signatureHeader(
    "webhook-timestamp",
    "When it was signed, in seconds since 1970; at most five minutes ago.",
  ),
  webhookSignature: signatureHeader(
    "webhook-signature",
    "`v1,` and the base64 of the HMAC-SHA256 of `<id>.<timestamp>.<body>` under the worker secret.",
  ),
};

/** What a caller has to show; of several, any one. */
export function securityOf(access: Access): SecurityRequirementObject[] {
  switch (access.kind) {
    case "public":
      return [];
    case "worker":
      return [{ webhookId: [], webhookTimestamp: [], webhookSignature: [] }];
    case "role_or_preview":
      return [{ accessToken: [] }, { previewToken: [] }];
    case "user":
    case "site":
    case "role":
      return [{ accessToken: [] }];
  }
}
