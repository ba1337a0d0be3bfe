/** What a stream has been told and has not passed on. It never grows: what does not fit is forgotten, and known to be missed. */
export interface Inbox<Message> {
  push: (message: Message) => void;
  /** Says that something may have been missed. */
  poke: () => void;
  /** Waits until there is something. Undefined when the stream has to end, whose reason is thrown where there is one. */
  take: () => Promise<{ messages: Message[]; missed: boolean } | undefined>;
}

export interface InboxOptions<Message> {
  /** The most messages that wait. */
  capacity: number;
  /** Of two messages with the same name the newer one takes the older one's place. */
  nameOf: (message: Message) => string | undefined;
  /** Ends the stream. Its reason is thrown when it is an error, and nobody is told when the client has just gone. */
  signal: AbortSignal;
}

/** Opens the inbox of one stream. */
export function createInbox<Message>(options: InboxOptions<Message>): Inbox<Message> {
  const { signal } = options;
  let messages: Message[] = [];
  let missed = false;
  let wake = (): void => undefined;
  signal.addEventListener("abort", () => wake(), { once: true });

  const put = (message: Message): void => {
    const name = options.nameOf(message);
    const older = name === undefined ? -1 : messages.findIndex((waiting) => options.nameOf(waiting) === name);
    if (older >= 0) messages[older] = message;
    else if (messages.length < options.capacity) messages.push(message);
    else missed = true;
  };
  return {
    push: (message) => {
      put(message);
      wake();
    },
    poke: () => {
      missed = true;
      wake();
    },
    take: async () => {
      if (messages.length === 0 && !missed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal.aborted) {
        if (signal.reason instanceof Error && signal.reason.name !== "AbortError") throw signal.reason;
        return undefined;
      }
      const taken = { messages, missed };
      messages = [];
      missed = false;
      return taken;
    },
  };
}
