import type { Endpoint } from "@hivesync/contracts/endpoint";
import { api } from "@hivesync/contracts/api";
import type { OperationObject, PathsObject } from "openapi3-ts/oas31";
import { describeOperation, type Gatherers } from "./describe-operation.ts";
import { headersOf } from "./headers.ts";

export const rootTag = { name: "root", description: "What stands outside `/api/v1`." };

const jwks: OperationObject = {
  operationId: "root.jwks",
  tags: [rootTag.name],
  summary: "The public keys that tokens are signed under.",
  description: "For whoever checks a token without asking us (RFC 7517). Not in the envelope.",
  security: [],
  responses: {
    200: {
      description: "Done.",
      headers: headersOf(["X-Request-Id"]),
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["keys"],
            properties: { keys: { type: "array", items: { type: "object", required: ["kty", "kid"] } } },
          },
          example: {
            keys: [{ kty: "OKP", crv: "Ed25519", kid: "example", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
          },
        },
      },
    },
  },
};

const metrics: OperationObject = {
  operationId: "root.metrics",
  tags: [rootTag.name],
  summary: "What this process has counted and measured, for Prometheus.",
  description: "In its text format, and not in the envelope. There only where `HIVESYNC_METRICS_TOKEN` is set.",
  security: [{ metricsToken: [] }],
  responses: {
    200: {
      description: "Done.",
      headers: headersOf(["X-Request-Id"]),
      content: {
        "text/plain": {
          schema: { type: "string" },
          example: "# HELP hivesync_workers Workers that are alive.\n# TYPE hivesync_workers gauge\n",
        },
      },
    },
  },
};

/** The addresses at the root, where load balancers and other services look for them. */
export function rootPaths(gatherers: Gatherers): PathsObject {
  const atRoot = (name: string, contract: Endpoint): OperationObject => ({
    ...describeOperation(name, contract, gatherers),
    operationId: name.replace("health.", "root."),
    tags: [rootTag.name],
  });
  return {
    "/health": { get: atRoot("health.shallow", api.health.shallow) },
    "/health/deep": { get: atRoot("health.deep", api.health.deep) },
    "/.well-known/jwks.json": { get: jwks },
    "/metrics": { get: metrics },
  };
}
