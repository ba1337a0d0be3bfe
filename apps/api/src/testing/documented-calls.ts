import { signCallback } from "@hivesync/platform/callback-signature";
import { newId } from "@hivesync/platform/ids";
import type {
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  RequestBodyObject,
  SecurityRequirementObject,
} from "openapi3-ts/oas31";

/** One operation of an OpenAPI document, where it stands there. */
export interface DocumentedOperation {
  name: string;
  method: string;
  path: string;
  operation: OperationObject;
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

export function operationsOf(document: OpenAPIObject): DocumentedOperation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ name: operation.operationId ?? "", method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

export function parametersOf({ operation }: DocumentedOperation): ParameterObject[] {
  return (operation.parameters ?? []) as ParameterObject[];
}

export function bodyOf({ operation }: DocumentedOperation): RequestBodyObject | undefined {
  return operation.requestBody as RequestBodyObject | undefined;
}

/** The statuses that an operation answers with when all is well; 304 aside. */
export function successOf({ operation }: DocumentedOperation): number {
  const status = Object.keys(operation.responses ?? {}).find((code) => code.startsWith("2"));
  return Number(status);
}

/** What a caller shows for each documented way in. */
export interface Credentials {
  accessToken: string;
  previewToken: string;
  metricsToken: string;
  workerSecret: string;
}

function credentialHeaders(way: SecurityRequirementObject, body: string, shown: Credentials): Record<string, string> {
  if ("webhookSignature" in way) return { ...signCallback(body, shown.workerSecret) };
  if ("previewToken" in way) return { authorization: `Bearer ${shown.previewToken}` };
  if ("metricsToken" in way) return { authorization: `Bearer ${shown.metricsToken}` };
  return "accessToken" in way ? { authorization: `Bearer ${shown.accessToken}` } : {};
}

/** The request that an operation's examples make, as one who knows only the document would send it. */
export function documentedRequest(documented: DocumentedOperation, shown: Credentials, way: SecurityRequirementObject) {
  const parameters = parametersOf(documented);
  const given = parameters.filter(({ example }) => example !== undefined);
  const address = given
    .filter(({ in: place }) => place === "path")
    .reduce(
      (path, { name, example }) => path.replace(`{${name}}`, encodeURIComponent(String(example))),
      documented.path,
    );
  const query = given
    .filter(({ in: place }) => place === "query")
    .map(({ name, example }): [string, string] => [name, String(example)]);
  const example: unknown = bodyOf(documented)?.content["application/json"]?.example;
  const body = example === undefined ? undefined : JSON.stringify(example);
  const takesKey = parameters.some(({ name }) => name === "Idempotency-Key");
  return {
    url: query.length === 0 ? address : `${address}?${new URLSearchParams(query).toString()}`,
    method: documented.method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(takesKey ? { "idempotency-key": newId() } : {}),
      ...credentialHeaders(way, body ?? "", shown),
    },
    ...(body === undefined ? {} : { body }),
  };
}
