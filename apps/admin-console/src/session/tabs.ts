/** What a tab tells the others. */
export type TabNews = "signed-in" | "signed-out";

const name = "hivesync-session";

/**
 * Does the work while no other tab does: two that refresh at once would both show the same cookie. Where a page is not served securely there are
 * no locks, nor a cookie that they would be for.
 */
export async function inOneTab<Value>(work: () => Promise<Value>): Promise<Value> {
  if (!("locks" in navigator)) return work();
  return (await navigator.locks.request(name, work)) as Value;
}

const channel = new BroadcastChannel(name);

export const tellOtherTabs = {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has none.
  say: (news: TabNews): void => channel.postMessage(news),
  onNews: (listener: (news: TabNews) => void): void => {
    channel.addEventListener("message", ({ data }: MessageEvent<TabNews>) => listener(data));
  },
};
