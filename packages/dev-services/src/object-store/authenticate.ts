import { timingSafeEqual } from "node:crypto";
import { headerValue, queryValue, type S3Request } from "./s3-request.ts";
import { S3Error } from "./s3-error.ts";
import { algorithm, signatureOf, unsignedPayload, type SignatureScope } from "./sigv4.ts";

/** What signs requests. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What the store knows of its callers. */
export interface StoreCredentials extends KeyPair {
  readonly region: string;
  /** Another pair that is taken too, as while keys are changed. */
  readonly second?: KeyPair | undefined;
}

interface Claim extends SignatureScope {
  readonly accessKeyId: string;
  readonly credentialDay: string;
  readonly signature: string;
}

/** S3's own limits: 15 minutes of clock difference, a week of life for a presigned URL. */
const maxSkewMs = 15 * 60_000;
const maxExpirySeconds = 7 * 24 * 3_600;

const parseCredential = (text: string | undefined, malformed: S3Error) => {
  const [terminator, service, region, credentialDay, ...rest] = (text ?? "").split("/").reverse();
  const accessKeyId = rest.reverse().join("/");
  if (terminator !== "aws4_request" || service !== "s3" || !region || !credentialDay || !accessKeyId) throw malformed;
  return { accessKeyId, credentialDay, region };
};

const timeOf = (timestamp: string): number => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
};

const headerClaim = (request: S3Request, authorization: string): Claim => {
  const malformed = new S3Error("AuthorizationHeaderMalformed", "The authorization header is malformed.");
  if (!authorization.startsWith(`${algorithm} `)) throw malformed;
  const fields = new Map(
    authorization
      .slice(algorithm.length + 1)
      .split(",")
      .map((field) => {
        const split = field.indexOf("=");
        return [field.slice(0, split).trim(), field.slice(split + 1).trim()] as const;
      }),
  );
  const timestamp = headerValue(request, "x-amz-date") ?? "";
  const payloadHash = headerValue(request, "x-amz-content-sha256");
  if (payloadHash === undefined)
    throw new S3Error("InvalidArgument", "Missing required header for this request: x-amz-content-sha256");
  if (!(Math.abs(Date.now() - timeOf(timestamp)) <= maxSkewMs))
    throw new S3Error(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  return {
    ...parseCredential(fields.get("Credential"), malformed),
    signedHeaders: fields.get("SignedHeaders")?.split(";") ?? [],
    signature: fields.get("Signature") ?? "",
    timestamp,
    payloadHash,
  };
};

const presignedClaim = (request: S3Request): Claim => {
  const malformed = (what: string) => new S3Error("AuthorizationQueryParametersError", what);
  const value = (name: string) => queryValue(request, `X-Amz-${name}`);
  if (value("Algorithm") !== algorithm) throw malformed(`X-Amz-Algorithm only supports "${algorithm}"`);
  const timestamp = value("Date") ?? "";
  const signedAt = timeOf(timestamp);
  if (Number.isNaN(signedAt)) throw malformed("X-Amz-Date must be in the ISO8601 Long Format.");
  const expirySeconds = Number(value("Expires") ?? Number.NaN);
  if (!(Number.isInteger(expirySeconds) && expirySeconds >= 1 && expirySeconds <= maxExpirySeconds))
    throw malformed(`X-Amz-Expires must be a whole number from 1 to ${maxExpirySeconds}.`);
  if (signedAt - maxSkewMs > Date.now()) throw new S3Error("AccessDenied", "Request is not yet valid");
  if (signedAt + expirySeconds * 1_000 < Date.now()) throw new S3Error("AccessDenied", "Request has expired");
  return {
    ...parseCredential(value("Credential"), malformed("Error parsing the X-Amz-Credential parameter.")),
    signedHeaders: value("SignedHeaders")?.split(";") ?? [],
    signature: value("Signature") ?? "",
    timestamp,
    payloadHash: value("Content-Sha256") ?? headerValue(request, "x-amz-content-sha256") ?? unsignedPayload,
  };
};

const readClaim = (request: S3Request): Claim => {
  const authorization = headerValue(request, "authorization");
  const presigned = request.query.some(([name]) => name.toLowerCase() === "x-amz-signature");
  if (authorization !== undefined && presigned)
    throw new S3Error("InvalidArgument", "Only one auth mechanism allowed.");
  if (authorization !== undefined) return headerClaim(request, authorization);
  if (presigned) return presignedClaim(request);
  throw new S3Error("AccessDenied", "Access Denied");
};

/** An unsigned `x-amz-` header could change what a signed request means, so S3 refuses it. */
const assertAllSigned = (request: S3Request, signedHeaders: readonly string[]): void => {
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw new S3Error(
      "AccessDenied",
      `There were headers present in the request which were not signed: ${unsigned.join(", ")}`,
    );
};

const equal = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

/**
 * Passes when the request is signed by a key of the store, by header or in the query, and is in time.
 *
 * @returns The payload hash that was signed: `UNSIGNED-PAYLOAD` or the SHA-256 of the body in hex.
 * @throws S3Error AccessDenied, SignatureDoesNotMatch, RequestTimeTooSkewed and others.
 */
export const authenticate = (request: S3Request, credentials: StoreCredentials): string => {
  const claim = readClaim(request);
  const pair = [credentials, credentials.second].find((known) => known?.accessKeyId === claim.accessKeyId);
  if (!pair)
    throw new S3Error("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  if (claim.region !== credentials.region || claim.credentialDay !== claim.timestamp.slice(0, 8))
    throw new S3Error(
      "AuthorizationHeaderMalformed",
      `The credential's scope is wrong: expecting the day of the request and the region '${credentials.region}'.`,
    );
  assertAllSigned(request, claim.signedHeaders);
  const expected = signatureOf(request, claim, pair.secretAccessKey);
  if (!/^[0-9a-f]+$/.test(claim.signature) || !equal(claim.signature, expected))
    throw new S3Error(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  if (claim.payloadHash !== unsignedPayload && !/^[0-9a-f]{64}$/.test(claim.payloadHash))
    throw new S3Error(
      "NotImplemented",
      `A payload of the kind ${claim.payloadHash} (aws-chunked) is not supported; send the body with a content-length.`,
    );
  return claim.payloadHash;
};
