import { afterAll } from "vitest";
import { describeForeignPreview, describeSignatures } from "#testing/callback-addresses.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

describeSignatures(api, "/ai/callback");
describeForeignPreview(api, "/ai/callback");
