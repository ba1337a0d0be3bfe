import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { untilWritable } from "#process/until-writable.ts";
import type { Behaviour } from "./git-server.ts";

/** What a host of the test's own making says, in place of git. */
export interface CannedAnswers {
  /** Lines of the listing: `<id> <name>`, with `symref-target:<name>` behind HEAD. */
  refs: Iterable<string>;
  /** Bytes of a pack. */
  pack?: Buffer;
  /** Lines sent before the pack, as by a host that gives a part of history: `shallow <id>`. */
  shallow?: readonly string[];
}

const flush = "0000";
const delimiter = "0001";
const maxPacketBytes = 65_515;

function packet(content: string | Buffer): Buffer {
  const length = (Buffer.byteLength(content) + 4).toString(16).padStart(4, "0");
  return Buffer.concat([Buffer.from(length), Buffer.from(content)]);
}

const section = (parts: readonly (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));

function fetchAnswer({ pack = Buffer.alloc(0), shallow = [] }: CannedAnswers): Buffer {
  const before =
    shallow.length === 0 ? [] : [packet("shallow-info\n"), ...shallow.map((line) => packet(`${line}\n`)), delimiter];
  const parts: Buffer[] = [];
  for (let start = 0; start < pack.length; start += maxPacketBytes)
    parts.push(packet(Buffer.concat([Buffer.from([1]), pack.subarray(start, start + maxPacketBytes)])));
  return section([...before, packet("packfile\n"), ...parts, flush]);
}

function* listing({ refs }: CannedAnswers): Generator<Buffer> {
  for (const line of refs) yield packet(`${line}\n`);
  yield Buffer.from(flush);
}

async function send(response: ServerResponse, parts: Iterable<Buffer>): Promise<void> {
  for (const part of parts) {
    if (response.destroyed) return;
    if (!response.write(part)) await untilWritable(response);
  }
  response.end();
}

/** Speaks version 2 of git's protocol with these answers, see gitprotocol-v2(5). */
export function canned(answers: CannedAnswers): Behaviour {
  const greeting = [packet("# service=git-upload-pack\n"), flush];
  const abilities = ["version 2\n", "ls-refs\n", "fetch=shallow\n"].map((line) => packet(line));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const isPost = request.method === "POST";
    response.setHeader("content-type", `application/x-git-upload-pack-${isPost ? "result" : "advertisement"}`);
    const asked = await buffer(request);
    if (!isPost) await send(response, [section([...greeting, ...abilities, flush])]);
    else await send(response, asked.includes("command=ls-refs") ? listing(answers) : [fetchAnswer(answers)]);
    return true;
  };
  return { answer };
}
