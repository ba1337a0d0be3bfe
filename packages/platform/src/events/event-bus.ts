import type { Redis } from "ioredis";
import type { Logger } from "../logger.ts";
import { topics, type BusEvent, type Message, type TopicName } from "./topics.ts";

/** A place among the listeners of one topic. */
export interface Subscription {
  /** Done when messages arrive; after a while also when Redis is away, whose return is told by `onGap`. */
  ready: Promise<void>;
  unsubscribe: () => void;
}

/** Messages between processes, over Redis pub/sub. They come at most once: whoever must miss nothing reads the database too. */
export interface EventBus {
  /** Never throws and is not waited for: what it speaks of has been committed. */
  publish: (events: readonly BusEvent[]) => void;
  subscribe: <Name extends TopicName>(
    topic: { name: Name; key: string },
    listener: (message: Message<Name>) => void,
  ) => Subscription;
  /** Called after the connection was lost and is back: what was sent in between is gone. Answers how to stop listening. */
  onGap: (listener: () => void) => () => void;
}

// A stream that waited longer for its place would rather begin and be told of the gap.
const longestSubscribeMs = 1_500;

type Listener = (message: never) => void;

interface Channel {
  name: TopicName;
  listeners: Set<Listener>;
  ready: Promise<void>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, over]).finally(() => clearTimeout(timer));
}

/** Hands a message to the listeners. False when it is none of the topic's. */
function deliver({ name, listeners }: Channel, text: string): boolean {
  const parsed = topics[name].safeParse(parseJson(text));
  if (parsed.success) for (const listener of listeners) listener(parsed.data as never);
  return parsed.success;
}

/**
 * Opens the bus of a process.
 *
 * @param options.publisher - A producer connection, which gives up soon.
 * @param options.subscriber - A connection of its own: one that subscribes can do nothing else.
 */
export function createEventBus(options: {
  publisher: Redis;
  subscriber: Redis;
  redisPrefix: string;
  log: Logger;
}): EventBus {
  const { publisher, subscriber, log } = options;
  const channels = new Map<string, Channel>();
  const gapListeners = new Set<() => void>();
  const addressOf = (name: TopicName, key: string): string => `${options.redisPrefix}events:${name}:${key}`;

  subscriber.on("message", (address: string, text: string) => {
    const channel = channels.get(address);
    if (channel && !deliver(channel, text)) log.warn("event_unreadable", { topic: channel.name });
  });
  let wasReady = subscriber.status === "ready";
  subscriber.on("ready", () => {
    if (wasReady) for (const listener of gapListeners) listener();
    wasReady = true;
  });

  const open = (name: TopicName, address: string): Channel => {
    const known = channels.get(address);
    if (known) return known;
    // The client subscribes again by itself when it has connected again.
    const subscribed = subscriber.subscribe(address).then(
      () => undefined,
      (error: unknown) => log.warn("subscribe_failed", { topic: name, error }),
    );
    const channel = { name, listeners: new Set<Listener>(), ready: within(longestSubscribeMs, subscribed) };
    channels.set(address, channel);
    return channel;
  };

  return {
    publish: (events) => {
      for (const { topic, key, message } of events) {
        publisher
          .publish(addressOf(topic, key), JSON.stringify(message))
          .catch((error: unknown) => log.debug("publish_failed", { topic, error }));
      }
    },
    subscribe: ({ name, key }, listener) => {
      const address = addressOf(name, key);
      const channel = open(name, address);
      const added: Listener = (message) => listener(message);
      channel.listeners.add(added);
      return {
        ready: channel.ready,
        unsubscribe: () => {
          channel.listeners.delete(added);
          if (channel.listeners.size > 0 || channels.get(address) !== channel) return;
          channels.delete(address);
          subscriber.unsubscribe(address).catch((error: unknown) => log.debug("unsubscribe_failed", { error }));
        },
      };
    },
    onGap: (listener) => {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
  };
}
