import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";

const api = await startTestApi({ HIVESYNC_CORS_ORIGINS: "https://console.example,https://other.example" });
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const user = await api.register();
const megabyte = 1024 * 1024;

/** A call over a socket that really listens. */
async function send(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(origin + path, init);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as Answer["body"],
  };
}

const asUser = { authorization: `Bearer ${user.token}`, "content-type": "application/json" };

/** Sends bytes as they are and answers everything that came back until the connection closed. */
function sendBytes(text: string): Promise<string> {
  const { port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.end(text));
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    socket.on("close", () => resolve(answer)).on("error", reject);
  });
}

describe("404", () => {
  test.each(["GET /nowhere", "GET //", "POST //api/v1", "GET //api/v2/projects", "GET //%ff", "GET /preview"])(
    "%s is nothing of ours",
    async (request) => {
      await expectRefusal(api, request, { code: "NOT_FOUND" });
    },
  );

  test("an address longer than any of ours", async () => {
    await expectRefusal(api, `GET /projects/${"x".repeat(5_000)}`, { code: "NOT_FOUND" });
  });
});

describe("405", () => {
  test.each([
    ["PUT /auth/login", "POST"],
    ["DELETE /projects", "GET, HEAD, POST"],
    ["POST /projects/1", "GET, HEAD, PATCH, DELETE"],
    ["PATCH /health", "GET, HEAD"],
    ["POST //health", "GET, HEAD"],
    ["POST //openapi.json", "GET, HEAD"],
    ["DELETE //p/x", "GET, HEAD"],
    ["POST /preview/7/stream", "GET"],
    ["GET /workers/callback", "POST"],
    ["DELETE /preview/7", "GET, HEAD"],
  ])("%s names what the address takes: %s", async (request, methods) => {
    const answer = await expectRefusal(api, request, { code: "METHOD_NOT_ALLOWED" });
    expect(String(answer.headers["allow"]).split(", ").sort()).toEqual(methods.split(", ").sort());
  });
});

describe("413", () => {
  const body = JSON.stringify({ name: "x".repeat(megabyte) });

  test("a body over 1 MiB that says its length", async () => {
    const answer = await send("/api/v1/projects", { method: "POST", headers: asUser, body });
    expectError(answer, "PAYLOAD_TOO_LARGE");
  });

  test("a body of 40 MiB is read to its end, so that the client sees the answer and no reset", async () => {
    const large = JSON.stringify({ name: "x".repeat(40 * megabyte) });
    expectError(await send("/api/v1/projects", { method: "POST", headers: asUser, body: large }), "PAYLOAD_TOO_LARGE");
  });

  test("a body in chunks, whose length shows only as it comes", async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(120)),
    });
    let chunks = 0;
    const bounded = stream.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          chunks += 1;
          if (chunks > 64) controller.terminate();
          else controller.enqueue(chunk);
        },
      }),
    );
    const init = { method: "POST", headers: asUser, body: bounded, duplex: "half" } as RequestInit;
    expectError(await send("/api/v1/projects", init), "PAYLOAD_TOO_LARGE");
  });

  test("a manifest may have 16 MiB, and not more", async () => {
    const manifest = (bytes: number) => JSON.stringify({ project_id: "x".repeat(bytes) });
    const call = (bytes: number) =>
      send("/api/v1/preview/request", { method: "POST", headers: asUser, body: manifest(bytes) });
    expectError(await call(15 * megabyte), "VALIDATION_ERROR");
    expectError(await call(16 * megabyte), "PAYLOAD_TOO_LARGE");
  });
});

describe("415", () => {
  test.each(["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "application/xml"])(
    "a body as %s",
    async (type) => {
      const call = { raw: "name=x", token: user.token, headers: { "content-type": type } };
      await expectRefusal(api, "POST /projects", { ...call, code: "UNSUPPORTED_MEDIA_TYPE" });
      await expectRefusal(api, "POST /preview/callback", { ...call, code: "UNSUPPORTED_MEDIA_TYPE" });
    },
  );
});

describe("400", () => {
  test.each(["{", "", "{'name':'x'}", '{"name":"x"}}', "\uFEFFnull", "NaN"])("broken JSON: %j", async (raw) => {
    await expectRefusal(api, "POST /projects", { raw, token: user.token, code: "VALIDATION_ERROR" });
  });

  test.each(["[]", "null", "7", '"x"', "true"])("JSON that is no object: %s", async (raw) => {
    await expectRefusal(api, "POST /projects", { raw, token: user.token, code: "VALIDATION_ERROR" });
  });

  test("bytes that are no UTF-8 are no 500", async () => {
    const raw = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const answer = await api.call("POST /projects", { raw, token: user.token });
    expect([201, 400]).toContain(answer.status);
  });

  test("a request that is no HTTP is answered as one that cannot be read", async () => {
    expect(await sendBytes("NONSENSE\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("headers", () => {
  test("every answer has a request id of its own, which the log names too; a caller's is not taken over", async () => {
    const headers = { "x-request-id": "mine" };
    const answers = [await api.call("GET /health", { headers }), await api.call("GET /nowhere", { headers })];
    const ids = answers.map((answer) => String(answer.headers["x-request-id"]));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(api.logLines.some((line) => line.includes(id))).toBe(true);
    }
  });

  test("helmet's are there", async () => {
    const { headers } = await api.call("GET /health");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
      "referrer-policy": "no-referrer",
      "strict-transport-security": expect.stringContaining("max-age="),
      "content-security-policy": expect.stringContaining("default-src"),
    });
    expect(headers).not.toHaveProperty("x-powered-by");
  });

  test("an origin of the list may read answers; any other is not named", async () => {
    const ask = (from: string) => api.call("GET /health", { headers: { origin: from } });
    expect((await ask("https://console.example")).headers).toMatchObject({
      "access-control-allow-origin": "https://console.example",
      "access-control-expose-headers": expect.stringContaining("x-request-id"),
    });
    for (const from of ["https://evil.example", "https://console.example.evil", "null"])
      expect((await ask(from)).headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("a preflight of an origin of the list is granted", async () => {
    const preflight = {
      method: "OPTIONS",
      headers: { origin: "https://console.example", "access-control-request-method": "PATCH" },
    };
    const response = await fetch(`${origin}/api/v1/projects/1`, preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toContain("PATCH");
  });

  test("HEAD answers like GET, without a body", async () => {
    const response = await fetch(`${origin}/health`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});

describe("the client's address", () => {
  test("is the socket's: a header of the caller's own does not change it", async () => {
    const headers = { "x-forwarded-for": "203.0.113.99" };
    await api.call("POST /auth/login", {
      body: { email: "nobody@example.com", password: "x" },
      headers,
      ip: "192.0.2.1",
    });
    const [row] = await api.sql`SELECT metadata FROM audit_logs ORDER BY created_at DESC, id DESC LIMIT 1`;
    expect(row?.["metadata"]).toEqual({ ip: "192.0.2.1" });
  });

  test("is what a trusted proxy says", async () => {
    await using behind = await startTestApi({ HIVESYNC_TRUSTED_PROXIES: "10.0.0.0/8" }, api.stack);
    const login = (ip: string) =>
      behind.call("POST /auth/login", {
        body: { email: "nobody@example.com", password: "x" },
        headers: { "x-forwarded-for": "198.51.100.7, 203.0.113.99" },
        ip,
      });
    await login("10.1.2.3");
    await login("172.16.0.1");
    const rows = await api.sql`SELECT metadata FROM audit_logs ORDER BY created_at DESC, id DESC LIMIT 2`;
    expect(rows.map((row) => row["metadata"].ip)).toEqual(["172.16.0.1", "203.0.113.99"]);
  });
});

describe("the access log", () => {
  test("has the route's pattern and never the address, the query or a token", async () => {
    const canary = "canary7f3a";
    await api.call(`GET /projects/${canary}?secret=${canary}`, { token: `${user.token}${canary}` });
    await api.call(`GET //p/${canary}.${canary}.${canary}`).catch(() => undefined);
    const lines = api.logLines.map((line) => JSON.parse(line) as { event_type: string; metadata: { route?: string } });
    expect(lines.some(({ metadata }) => metadata.route === "/api/v1/projects/:id")).toBe(true);
    expect(api.logLines.join("")).not.toContain(canary);
    expect(api.logLines.join("")).not.toContain(user.token);
  });

  test("401 and 404 are everyday, other refusals a warning", async () => {
    const severityOf = async (request: string, token?: string): Promise<string> => {
      const answer = await api.call(request, { token });
      const line = api.logLines.find((text) => text.includes(String(answer.headers["x-request-id"]))) ?? "{}";
      return (JSON.parse(line) as { severity: string }).severity;
    };
    expect(await severityOf("GET /projects")).toBe("INFO");
    expect(await severityOf("GET /nowhere")).toBe("INFO");
    expect(await severityOf("GET /projects?limit=0", user.token)).toBe("WARNING");
    expect(await severityOf("GET /projects", user.token)).toBe("INFO");
  });
});

describe("a client that goes away", () => {
  test("in the middle of its body leaves the server whole", async () => {
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${origin}/api/v1/projects`, {
        method: "POST",
        headers: { ...asUser, "content-length": "1000" },
      });
      request.on("error", () => resolve());
      request.write('{"name":', () => request.destroy(new Error("gone")));
    });
    expect((await fetch(`${origin}/health`)).status).toBe(200);
  });
});
