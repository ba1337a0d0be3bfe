import type { NotificationEvent } from "@hivesync/sdk";
import { asUser } from "#account.ts";
import { exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { printable } from "#printable.ts";

type Notification = Extract<NotificationEvent, { type: "notification" }>["notification"];

export interface NotificationOptions {
  unread?: boolean;
  read?: boolean;
  follow?: boolean;
}

export async function notifications(options: NotificationOptions, context: CliContext): Promise<number> {
  if (options.follow) return asUser(context, () => follow(options, context));
  const { hive, output, signal } = context;
  const { items, unread_count } = await asUser(context, async () => {
    const page = await hive.api.notifications.list.query({ unread: options.unread ?? false }, { signal });
    if (options.read) await markRead(page.items, context);
    return page;
  });
  const nothing = options.unread ? "Nothing unread." : "No notifications yet.";
  output.result({ items, unread_count }, items.map(describe).join("\n") || nothing);
  return exitCodes.ok;
}

// As many as `tail` shows before it follows.
const before = 10;

/** Shows the last ones, then each as it comes, until Ctrl-C. */
async function follow(options: NotificationOptions, context: CliContext): Promise<number> {
  const { hive, output, signal } = context;
  const shown = new Set<string>();
  const show = async (news: readonly Notification[]): Promise<void> => {
    const fresh = news.filter(({ id }) => !shown.has(id));
    for (const one of fresh) {
      shown.add(one.id);
      output.line(one, describe(one));
    }
    if (options.read) await markRead(fresh, context);
  };
  try {
    for await (const event of hive.events({ signal })) {
      if (event.type === "notification") await show([event.notification]);
      // The stream stands: what came before that is listed, so that nothing falls between. Once: later it is resumed.
      else if (event.type === "ready" && shown.size === 0) {
        const { items } = await hive.api.notifications.list.query(
          { unread: options.unread ?? false, limit: before },
          { signal },
        );
        await show(items.toReversed());
      }
    }
  } catch (error) {
    // Ctrl-C is how it ends: there is nothing to report.
    if (!signal.aborted) throw error;
  }
  return exitCodes.interrupted;
}

async function markRead(read: readonly Notification[], { hive, signal }: CliContext): Promise<void> {
  for (const { id, read_at } of read) {
    if (read_at === null) await hive.api.notifications.markRead.mutate({ id }, { signal });
  }
}

/** What is worth saying of each type. An id is said where there is nothing better. */
function describe({ type, data, created_at, read_at }: Notification): string {
  const facts = Object.entries(data).map(([name, value]) => `${name}=${printable(value)}`);
  const mark = read_at === null ? "•" : " ";
  return [mark, created_at, type, ...facts].join(" ");
}
