/**
 * Reads again and again until a condition holds, and answers what was read then.
 *
 * @throws When it does not hold within `seconds`; the message holds what was read last.
 */
export async function waitUntil<Value>(
  read: () => Value | Promise<Value>,
  holds: (value: Value) => boolean,
  options: { seconds?: number; everyMs?: number } = {},
): Promise<Value> {
  const { seconds = 20, everyMs = 50 } = options;
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end)
      throw new Error(`not within ${seconds} s; last read: ${JSON.stringify(value)?.slice(0, 1_000)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
