import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const pollMs = 20;

/** The connections of clients. Each was opened by a client that had asked who is here: when that changes it must ask again. */
export class Connections {
  /** With the answer under way. */
  readonly #answers = new Map<Socket, ServerResponse | undefined>();

  watch(server: Server): void {
    server.on("connection", (socket: Socket) => {
      this.#answers.set(socket, undefined);
      socket.once("close", () => this.#answers.delete(socket));
    });
    server.on("request", (request, response) => {
      this.#answers.set(request.socket, response);
      response.once("close", () => {
        if (this.#answers.get(request.socket) === response) this.#answers.set(request.socket, undefined);
      });
    });
  }

  /** Ends idle connections and streams at once, and others with the answer that they wait for. */
  renew(): void {
    for (const [socket, answer] of this.#answers) {
      if (answer === undefined || answer.headersSent) socket.destroy();
      else answer.shouldKeepAlive = false;
    }
  }

  /** Ends them all, those that wait for an answer with that, or when the time is over. */
  async drain(longestMs: number): Promise<void> {
    const end = performance.now() + longestMs;
    while (this.#answers.size > 0 && performance.now() < end) {
      this.renew();
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    for (const socket of this.#answers.keys()) socket.destroy();
  }
}
