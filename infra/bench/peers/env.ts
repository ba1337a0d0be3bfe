import { count, port, readEnvironment } from "@hivesync/platform/env";
import { z } from "zod";

const variables = z.object({
  PEER_PORT: port,
  PEER_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Where the keys are that tokens are checked with. */
  PEER_JWKS_URL: z.url(),
  PEER_ISSUER: z.url(),
  /** `default`: postgres.js as it comes. `tuned`: times as strings, and as many connections as ours. */
  PEER_SETUP: z.enum(["default", "tuned"]),
  PEER_POOL_SIZE: count.default(20),
});

export type PeerEnvironment = z.output<typeof variables>;

/** What the peer is told by its environment. */
export function readPeerEnvironment(): PeerEnvironment {
  return readEnvironment(variables);
}

const queueVariables = z.object({
  PEER_PORT: port,
  PEER_REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  PEER_REDIS_PREFIX: z.string(),
  /** The queue's name. */
  PEER_QUEUE: z.string(),
});

/** What the peer that only adds jobs is told. */
export function readQueueEnvironment(): z.output<typeof queueVariables> {
  return readEnvironment(queueVariables);
}
