import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";

const chatRequest = z.looseObject({
  model: z.string(),
  stream: z.literal(true),
  max_tokens: z.number(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.looseObject({ type: z.string(), json_schema: z.unknown().optional() }).optional(),
});

/** A request as the server got it. */
export interface ModelCall {
  headers: IncomingHttpHeaders;
  body: z.output<typeof chatRequest>;
  system: string;
  prompt: string;
  /** The ids that the schema allows. */
  ids: string[];
  response: ServerResponse;
  /** Resolves when the client has gone. */
  closed: Promise<void>;
}

export type Behaviour = (call: ModelCall) => void | Promise<void>;

export interface ModelServer extends AsyncDisposable {
  url: string;
  calls: ModelCall[];
}

const idsSchema = z.object({
  schema: z.object({
    properties: z.object({
      comments: z.object({
        items: z.object({ properties: z.object({ id: z.object({ enum: z.array(z.string()) }) }) }),
      }),
    }),
  }),
});

function idsOf(format: unknown): string[] {
  const parsed = idsSchema.safeParse(format);
  return parsed.success ? parsed.data.schema.properties.comments.items.properties.id.enum : [];
}

async function readCall(request: IncomingMessage, response: ServerResponse): Promise<ModelCall> {
  const body = chatRequest.parse(await json(request));
  const text = (role: string): string => body.messages.find((message) => message.role === role)?.content ?? "";
  return {
    headers: request.headers,
    body,
    system: text("system"),
    prompt: text("user"),
    ids: idsOf(body.response_format?.json_schema),
    response,
    closed: new Promise((resolve) => {
      response.once("close", resolve);
    }),
  };
}

/** A real server of chat completions, that does with its n-th request what the n-th behaviour says, and the last one ever after. */
export async function startModelServer(...behaviours: Behaviour[]): Promise<ModelServer> {
  const calls: ModelCall[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request, response);
    calls.push(call);
    await behaviours[Math.min(calls.length, behaviours.length) - 1]?.(call);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/v1`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** One event of a stream of completions. */
export function chunk(delta: Record<string, unknown>, finish: string | null = null): string {
  const data = {
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(data)}\n\n`;
}

function begin(response: ServerResponse, status = 200): void {
  response.writeHead(status, { "content-type": "text/event-stream" });
}

/** Streams a text in pieces, and ends as it should. */
export function say(text: string): Behaviour {
  return ({ response }) => {
    begin(response);
    for (let at = 0; at < text.length; at += 40) response.write(chunk({ content: text.slice(at, at + 40) }));
    response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
  };
}

/** Words for every symbol that it was asked about; `words` adds to them or changes them. */
export function document(words: Record<string, unknown> = {}): Behaviour {
  return (call) => {
    const comments = call.ids.map((id) => ({ id, summary: `Words of the model for ${id}`, ...words }));
    return say(JSON.stringify({ comments }))(call);
  };
}

/** Begins an answer and says no more. */
export const hang: Behaviour = ({ response }) => {
  begin(response);
  response.write(chunk({ content: '{"comm' }));
};

/** Begins an answer and dies. */
export const die: Behaviour = ({ response }) => {
  begin(response);
  response.write(chunk({ content: '{"comm' }), () => response.destroy());
};

/** Refuses, with a body that tells more than it should. */
export function refuse(status: number, body: string, headers: Record<string, string> = {}): Behaviour {
  return ({ response }) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error: { message: body, type: "error" } }));
  };
}

/** Streams without an end, as fast as it is read, until the client leaves. */
export function flood(piece: string, status = 200): Behaviour {
  return async ({ response, closed }) => {
    begin(response, status);
    while (!response.destroyed) {
      if (response.write(piece)) await new Promise(setImmediate);
      else await Promise.race([closed, once(response, "drain")]);
    }
  };
}
