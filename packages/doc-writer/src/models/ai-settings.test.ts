import { readEnvironment } from "@hivesync/platform/env";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aiVariables, toAiSettings } from "./ai-settings.ts";
import type { AiSettings } from "./ai-settings.ts";
import { createEngine } from "./create-engine.ts";

const read = (source: Record<string, string>): AiSettings =>
  toAiSettings(readEnvironment(z.object(aiVariables), source));

describe("the environment", () => {
  test("names no engine: it is the static one", async () => {
    expect(read({})).toEqual({ engine: "static" });
    await using engine = await createEngine(read({}));
    expect(engine.name).toBe("static");
  });

  test("names a server", async () => {
    const settings = read({
      HIVESYNC_AI_ENGINE: "openai-compatible",
      HIVESYNC_AI_BASE_URL: "http://127.0.0.1:1/v1",
      HIVESYNC_AI_MODEL: "m",
      HIVESYNC_AI_FALLBACK: "fail",
      HIVESYNC_AI_TIMEOUT_MS: "5000",
      HIVESYNC_AI_MAX_TOKENS: "8000",
    });
    expect(settings).toEqual({
      engine: "openai-compatible",
      baseUrl: "http://127.0.0.1:1/v1",
      model: "m",
      apiKey: undefined,
      onFailure: "fail",
      timeoutMs: 5_000,
      maxTokens: 8_000,
    });
    await using engine = await createEngine(settings);
    expect(engine.name).toBe("openai-compatible");
  });

  test("names a file", async () => {
    const settings = read({ HIVESYNC_AI_ENGINE: "local", HIVESYNC_AI_MODEL_PATH: "/models/a.gguf" });
    expect(settings).toMatchObject({ engine: "local", modelPath: "/models/a.gguf", onFailure: "static" });
    await using engine = await createEngine(settings);
    expect(engine.name).toBe("local");
  });

  test.each([
    [{ HIVESYNC_AI_ENGINE: "local" }, /needs HIVESYNC_AI_MODEL_PATH\./],
    [{ HIVESYNC_AI_ENGINE: "openai-compatible" }, /needs HIVESYNC_AI_BASE_URL and HIVESYNC_AI_MODEL\./],
    [{ HIVESYNC_AI_ENGINE: "clever" }, /HIVESYNC_AI_ENGINE/],
    [{ HIVESYNC_AI_BASE_URL: "file:///etc/passwd" }, /HIVESYNC_AI_BASE_URL/],
    [{ HIVESYNC_AI_MAX_TOKENS: "10" }, /HIVESYNC_AI_MAX_TOKENS/],
  ])("%j is refused with the variable's name", (source, message) => {
    expect(() => read(source)).toThrow(message);
  });
});
