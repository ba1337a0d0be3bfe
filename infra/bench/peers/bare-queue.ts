import { createServer } from "node:http";
import { Queue } from "bullmq";
import { readQueueEnvironment } from "./env.ts";

// BullMQ as its documentation shows it: each request adds one job, and is answered when it was added.

const env = readQueueEnvironment();
const queue = new Queue(env.PEER_QUEUE, { connection: { url: env.PEER_REDIS_URL }, prefix: env.PEER_REDIS_PREFIX });
await queue.waitUntilReady();

const server = createServer((_request, response) => {
  const addedAt = process.hrtime.bigint();
  void queue
    .add("job", {})
    .then(({ id }) => response.end(JSON.stringify({ id, added_at: String(addedAt) })))
    .catch(() => response.writeHead(500).end());
});
server.listen(env.PEER_PORT, "127.0.0.1", () => console.log("listening"));
