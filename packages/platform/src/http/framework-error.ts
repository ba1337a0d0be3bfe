import { AppError } from "#app-error.ts";

// What Fastify itself refuses, by its own codes.
const codeOfFrameworkError: Readonly<Record<string, AppError["code"]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  FST_ERR_CTP_EMPTY_JSON_BODY: "VALIDATION_ERROR",
  FST_ERR_CTP_INVALID_JSON_BODY: "VALIDATION_ERROR",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "VALIDATION_ERROR",
  FST_ERR_BAD_URL: "NOT_FOUND",
  FST_ERR_MAX_PARAM_LENGTH: "NOT_FOUND",
};

function invalid(message: string, cause: Error): AppError {
  return new AppError("VALIDATION_ERROR", { cause, details: [{ path: "", message }] });
}

/** What the framework refused, as an error of the table; undefined when it was not the framework. */
export function fromFrameworkError(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const code = "code" in thrown && typeof thrown.code === "string" ? codeOfFrameworkError[thrown.code] : undefined;
  if (code === "VALIDATION_ERROR" || (code === undefined && thrown instanceof SyntaxError))
    return invalid("the body is not valid JSON", thrown);
  if (code) return new AppError(code, { cause: thrown });
  const status = "statusCode" in thrown ? thrown.statusCode : undefined;
  if (status === 503) return new AppError("SERVICE_UNAVAILABLE", { cause: thrown, retryAfterSeconds: 2 });
  return status === 400 ? invalid("the request cannot be read", thrown) : undefined;
}
