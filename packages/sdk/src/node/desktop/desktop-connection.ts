import { randomBytes } from "node:crypto";
import { Agent, request as httpRequest, type ClientRequestArgs } from "node:http";
import { connect, type Socket } from "node:net";
import { desktopPrefix, desktopProbe, type DesktopProbe, type DiscoveryFile } from "@hivesync/contracts/desktop";
import { NetworkError } from "#errors.ts";
import { isSameSecret, makeProof } from "./proof.ts";

const host = "127.0.0.1";
const largestProbeBytes = 8_192;

/** The Desktop on this port could not prove that it is ours, or did not answer. */
export class DesktopGoneError extends NetworkError {}

/** Asks over a fresh connection, before anything else is sent, whether our Desktop is at its other end. */
async function prove(socket: Socket, { port, token }: DiscoveryFile): Promise<DesktopProbe> {
  const nonce = randomBytes(32).toString("base64url");
  const answer = await ask(socket, { port, nonce });
  const parsed = desktopProbe.safeParse(answer);
  if (!parsed.success) throw new DesktopGoneError("Something else answers on the Desktop's port");
  const { proof, ...said } = parsed.data;
  if (!isSameSecret(proof, makeProof(token, { nonce, port }, said)))
    throw new DesktopGoneError("A stranger answers on the Desktop's port");
  return parsed.data;
}

/** One request over a socket that stays open for others. */
function ask(socket: Socket, { port, nonce }: { port: number; nonce: string }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(
      {
        createConnection: () => socket,
        path: `${desktopPrefix}?nonce=${nonce}`,
        headers: { host: `${host}:${port}`, connection: "keep-alive" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
          if (text.length > largestProbeBytes) socket.destroy();
        });
        response.on("end", () => {
          try {
            const body = JSON.parse(text) as { data?: unknown };
            resolve(body.data);
          } catch (cause) {
            reject(new DesktopGoneError("Something else answers on the Desktop's port", { cause }));
          }
        });
        response.on("error", reject);
      },
    );
    asking.on("error", (cause) => reject(new DesktopGoneError("The Desktop does not answer", { cause })));
    asking.end();
  });
}

/** Connects and lets the other end prove itself. The socket is good for requests then. */
async function connectProven(
  discovery: DiscoveryFile,
  signal: AbortSignal,
): Promise<{ socket: Socket; probe: DesktopProbe }> {
  const socket = connect({ host, port: discovery.port, noDelay: true });
  const onAbort = (): void => void socket.destroy(new DesktopGoneError("The Desktop does not answer in time"));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const probe = await prove(socket, discovery);
    return { socket, probe };
  } catch (error) {
    socket.destroy();
    throw error instanceof DesktopGoneError ? error : new DesktopGoneError("The Desktop is gone", { cause: error });
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Asks a Desktop, over a connection of its own, whether it is there and who it is. @throws DesktopGoneError */
export async function probeDesktop(discovery: DiscoveryFile, timeoutMs: number): Promise<DesktopProbe> {
  const { socket, probe } = await connectProven(discovery, AbortSignal.timeout(timeoutMs));
  socket.destroy();
  return probe;
}

const connectTimeoutMs = 1_000;

/** An agent whose every connection has proved itself before it carries a call. */
export class DesktopAgent extends Agent {
  readonly #discovery: DiscoveryFile;
  readonly #isTheSame: (probe: DesktopProbe) => boolean;

  /** @param isTheSame - Whether what answers now is still what was found: it may have been signed in as somebody else. */
  constructor(discovery: DiscoveryFile, isTheSame: (probe: DesktopProbe) => boolean) {
    super({ keepAlive: true, maxSockets: 64 });
    this.#discovery = discovery;
    this.#isTheSame = isTheSame;
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (error: Error | null, socket: Socket) => void,
  ): undefined {
    void this.#connect(callback ?? (() => undefined));
    return undefined;
  }

  async #connect(callback: (error: Error | null, socket: Socket) => void): Promise<void> {
    try {
      const { socket, probe } = await connectProven(this.#discovery, AbortSignal.timeout(connectTimeoutMs));
      if (this.#isTheSame(probe)) return callback(null, socket);
      socket.destroy();
      throw new DesktopGoneError("The Desktop is somebody else's now");
    } catch (error) {
      // Where there is an error, nobody looks at the socket.
      callback(error as Error, undefined as unknown as Socket);
    }
  }
}
