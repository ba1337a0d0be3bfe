import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface UploadServer extends AsyncDisposable {
  /** SHA-256 of what is stored. */
  stored: Set<string>;
  /** SHA-256 named by each PUT that came, in order, refused ones too. */
  puts: string[];
  /** The most PUTs that were open at one moment. */
  mostAtOnce: number;
  /** Lets no PUT go on before so many have been open at one moment. */
  waitForOpen: number;
  /** Answers a PUT with a status instead of storing it. */
  refuse: (sha256: string) => number | undefined;
  urlOf(sha256: string): string;
}

/** Stands for object storage: takes a PUT only with the length and hash that its address and headers promise. */
export async function startUploadServer(): Promise<UploadServer> {
  let open = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open += 1;
    uploads.mostAtOnce = Math.max(uploads.mostAtOnce, open);
    const promised = request.url?.slice(1) ?? "";
    uploads.puts.push(promised);
    if (uploads.mostAtOnce >= uploads.waitForOpen) release();
    await released;
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
    const isWhole = hash.digest("hex") === promised && request.headers["content-length"] === String(size);
    const isAsSigned = request.headers["content-type"] === "application/octet-stream";
    const status = uploads.refuse(promised) ?? (isWhole && isAsSigned ? 200 : 400);
    if (status === 200) uploads.stored.add(promised);
    open -= 1;
    response.writeHead(status).end();
  };
  const server = createServer((request, response) => {
    // What is cut off in the middle is not stored; there is nobody to tell.
    receive(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const uploads: UploadServer = {
    stored: new Set(),
    puts: [],
    mostAtOnce: 0,
    waitForOpen: 1,
    refuse: () => undefined,
    urlOf: (sha256) => `http://127.0.0.1:${port}/${sha256}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return uploads;
}
