import { randomBytes } from "node:crypto";
import { sha256Hex } from "@hivesync/platform/ids";

/** An answer of the API, with the envelope taken apart. */
export interface RestAnswer {
  status: number;
  data: Record<string, unknown>;
  error: { code: string; message: string; details: unknown } | null;
}

/** Someone who uses the API over REST, as a script would. */
export interface RestUser {
  username: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  projectId: string;
  call: (request: string, body?: unknown, headers?: Record<string, string>) => Promise<RestAnswer>;
  /** Asks for a preview of these files, uploads what is missing and asks again. Answers the job's id. */
  requestPreview: (files: Record<string, string>) => Promise<string>;
  /** The same for doc comments to these files. */
  submitAiJob: (files: Record<string, string>) => Promise<string>;
}

interface MissingFile {
  sha256: string;
  upload_url: string;
  headers: Record<string, string>;
}

/** One call over REST; `request` is `POST /projects`. */
export async function callRest(
  apiUrl: string,
  request: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<RestAnswer> {
  const [method = "GET", path = "/"] = request.split(" ", 2);
  const answer = await fetch(`${apiUrl}/api/v1${path}`, {
    method,
    headers: {
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(options.timeoutMs) }),
  });
  const { data, error } = (await answer.json()) as Pick<RestAnswer, "data" | "error">;
  return { status: answer.status, data, error };
}

async function uploadAll(missing: readonly MissingFile[], files: Record<string, string>): Promise<void> {
  const byHash = new Map(Object.values(files).map((text) => [sha256Hex(text), text]));
  for (const { sha256, upload_url: url, headers } of missing) {
    const answer = await fetch(url, { method: "PUT", headers, body: byHash.get(sha256) ?? "" });
    if (!answer.ok) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  }
}

function manifestOf(files: Record<string, string>) {
  return Object.entries(files).map(([path, text]) => ({
    path,
    sha256: sha256Hex(text),
    size: Buffer.byteLength(text),
  }));
}

/**
 * Registers a user with a project of its own.
 *
 * @param timeoutMs - How long each of the user's calls may take before it fails. Without end when absent.
 */
export async function registerRestUser(apiUrl: string, timeoutMs?: number): Promise<RestUser> {
  const username = `user_${randomBytes(5).toString("hex")}`;
  const password = `pw ${randomBytes(12).toString("hex")}`;
  const registered = await callRest(apiUrl, "POST /auth/register", {
    body: { email: `${username}@example.com`, username, password },
  });
  const { access_token: accessToken, refresh_token: refreshToken } = registered.data as {
    access_token: string;
    refresh_token: string;
  };
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  const call: RestUser["call"] = (request, body, headers = {}) =>
    callRest(apiUrl, request, { token: accessToken, body, headers, ...limit });
  const project = await call("POST /projects", { name: "faults" });
  const projectId = String(project.data["id"]);
  const requestJob = async (request: string, body: object, files: Record<string, string>): Promise<string> => {
    const first = await call(request, body);
    if (first.status === 202) return String(first.data["job_id"]);
    if (first.error?.code !== "FILES_MISSING") throw new Error(`${first.status} ${JSON.stringify(first.error)}`);
    await uploadAll((first.error.details as { missing: MissingFile[] }).missing, files);
    const second = await call(request, body);
    if (second.status !== 202) throw new Error(`${second.status} ${JSON.stringify(second.error)}`);
    return String(second.data["job_id"]);
  };
  return {
    username,
    password,
    accessToken,
    refreshToken,
    projectId,
    call,
    requestPreview: (files) =>
      requestJob("POST /preview/request", { project_id: projectId, files: manifestOf(files) }, files),
    submitAiJob: (files) => {
      const body = { project_id: projectId, job_type: "document", selection: manifestOf(files) };
      return requestJob("POST /ai/jobs", body, files);
    },
  };
}
