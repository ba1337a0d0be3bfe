import { textElement, xmlDocument } from "./xml.ts";

/** The S3 error codes that this store gives, with their HTTP status (S3 API reference, "Error responses"). */
const statusOfCode = {
  AccessDenied: 403,
  AccessForbidden: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  // Not one of AWS's, whose disks do not fill; the status is WebDAV's (RFC 4918, section 11.5).
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidRange: 416,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

type S3ErrorCode = keyof typeof statusOfCode;

/** A refusal that the client is told, as S3 tells it. */
export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "S3Error";
    this.code = code;
    this.status = statusOfCode[code];
    this.headers = headers;
  }
}

/** ENOSPC, EDQUOT and EFBIG: a full disk, a full quota, a file size limit. */
const noSpaceCodes = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The S3 error for whatever was thrown; undefined for what nobody foresaw. */
export const asS3Error = (error: unknown): S3Error | undefined => {
  if (error instanceof S3Error) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== undefined && noSpaceCodes.has(code))
    return new S3Error("InsufficientStorage", "There is no space left for the object.");
  return undefined;
};

export const errorDocument = (error: S3Error, resource: string, requestId: string): string =>
  xmlDocument("Error", [
    textElement("Code", error.code),
    textElement("Message", error.message),
    textElement("Resource", resource),
    textElement("RequestId", requestId),
  ]);
