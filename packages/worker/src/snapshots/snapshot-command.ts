// Takes the pictures of one preview, for the process that started it, inside the walls of confinement.ts.
import { launchBrowser } from "@hivesync/chromium/launch-browser";
import { takePictures } from "./take-pictures.ts";
import type { SnapshotJob, SnapshotMessage } from "./snapshot-messages.ts";

function finish(message: SnapshotMessage): void {
  process.send?.(message, undefined, undefined, () => process.exit(0));
}

async function run({ html, browserDirectory, sandbox, folder }: SnapshotJob): Promise<SnapshotMessage> {
  await using browser = await launchBrowser({
    sandbox,
    directory: browserDirectory,
    temporaryDirectory: folder,
    arguments: [
      // Nothing can be looked up, by whatever way a page may ask.
      "--host-resolver-rules=MAP * ~NOTFOUND",
      "--js-flags=--max-old-space-size=512",
      "--disable-dev-shm-usage",
      "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    ],
  });
  return { type: "taken", ...(await takePictures(browser, html)) };
}

// The channel closes when the starter ends, however it ends: nothing of this page may outlive it.
process.on("disconnect", () => process.exit(1));
process.once("message", (job: SnapshotJob) => {
  run(job).then(finish, (error: unknown) => finish({ type: "failed", message: String(error) }));
});
