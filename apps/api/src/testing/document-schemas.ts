import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenAPIObject } from "openapi3-ts/oas31";

/** What is wrong with a value by the schema at a place of a document; empty when nothing is. */
export type CheckValue = (place: readonly (string | number)[], value: unknown) => string[];

/** Checks values by the schemas of an OpenAPI document, as any client could. */
export function createDocumentSchemas(document: OpenAPIObject): CheckValue {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema(document, "openapi");
  return (place, value) => {
    const pointer = place.map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")));
    const validate = ajv.getSchema(`openapi#/${pointer.join("/")}`);
    if (!validate) return [`there is no schema at ${place.join(" ")}`];
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
