import { fileURLToPath } from "node:url";
import type { Bench, BenchStack } from "../bench-stack.ts";
import { restCall, type CallKind } from "../calls.ts";
import { compareLoad, loadNotes, speedReadings } from "../compare-load.ts";
import type { Target } from "../load.ts";
import { createProjectStack } from "../project-stack.ts";
import type { RowReport } from "../report.ts";

const peerFile = fileURLToPath(new URL("../peers/bare-http.ts", import.meta.url));

function startBarePeer(stack: BenchStack, setup: "default" | "tuned"): Promise<Target> {
  return stack.startPeer(() => [process.execPath, peerFile], { PEER_SETUP: setup });
}

/** One call over REST beside the same written by hand. */
export async function compareRest(bench: Bench, kind: CallKind): Promise<RowReport> {
  await using stack = await createProjectStack(bench);
  const api = await stack.startApi();
  const bare = await startBarePeer(stack, "default");
  const tuned = await startBarePeer(stack, "tuned");
  const call = restCall(kind, stack.projectOf);
  const samples = await compareLoad(bench, {
    ours: stack.underLoad(api, call),
    bare: stack.underLoad(bare, call),
    tuned: stack.underLoad(tuned, call),
  });
  return {
    readings: [
      ...speedReadings(kind, samples.ours, {
        name: "bare",
        samples: samples.bare,
        goal: { bound: "at_least", value: 1.2 },
      }),
      ...speedReadings(kind, samples.ours, {
        name: "bare, tuned",
        samples: samples.tuned,
        goal: { bound: "at_least", value: 0.95 },
      }),
    ],
    notes: [
      ...loadNotes,
      "`bare` is node:http and postgres.js with its defaults, by hand and with nothing between: the same statements, the same answer, the same check of the token, cached as ours. `tuned` reads times as strings and opens as many connections as we do. Neither has limits, sessions that can end, ETags or security headers: what those cost is part of ours.",
    ],
  };
}
