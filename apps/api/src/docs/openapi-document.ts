import { api } from "@hivesync/contracts/api";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { resourceSummaries } from "@hivesync/contracts/resource-summaries";
import type { OpenAPIObject, PathItemObject, PathsObject } from "openapi3-ts/oas31";
import { restPrefix } from "#rest.ts";
import type { Settings } from "#settings.ts";
import { describeOperation, type Gatherers } from "./describe-operation.ts";
import { createErrorResponses } from "./error-responses.ts";
import { responseHeaders } from "./headers.ts";
import { introduction } from "./introduction.ts";
import { createJsonSchemas } from "./json-schemas.ts";
import { rootPaths, rootTag } from "./root-paths.ts";
import { securitySchemes } from "./security-schemes.ts";

function describePaths(gatherers: Gatherers): PathsObject {
  const paths: Record<string, PathItemObject> = {};
  for (const [resource, endpoints] of Object.entries(api)) {
    for (const [key, contract] of Object.entries<Endpoint>(endpoints)) {
      const { method, path } = parseRest(contract.rest);
      const operation = describeOperation(`${resource}.${key}`, contract, gatherers);
      const item = (paths[restPrefix + path] ??= {});
      item[method.toLowerCase() as "get" | "post" | "patch" | "put" | "delete"] = operation;
    }
  }
  return paths;
}

/** Everything that the API offers, as OpenAPI 3.1, made of the contract alone. */
export function describeApi({ version, publicUrl, tiers }: Settings): OpenAPIObject {
  const schemas = createJsonSchemas();
  const errors = createErrorResponses(schemas);
  const gatherers = { schemas, errors };
  const paths = { ...describePaths(gatherers), ...rootPaths(gatherers) };
  const tags = Object.entries(resourceSummaries).map(([name, description]) => ({ name, description }));
  return {
    openapi: "3.1.1",
    info: { title: "HiveSync API", version, description: introduction(tiers) },
    servers: [{ url: publicUrl }],
    tags: [...tags, rootTag],
    paths,
    components: {
      schemas: schemas.components(),
      responses: errors.components(),
      headers: responseHeaders,
      securitySchemes,
    },
  };
}
