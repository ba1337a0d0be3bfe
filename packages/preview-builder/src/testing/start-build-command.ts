// Starts the build that its argument describes and waits for it, for a test that kills this process meanwhile.
import { runBuildInChild } from "#run-build-in-child.ts";

const request = JSON.parse(process.argv[2] ?? "") as Parameters<typeof runBuildInChild>[0];
await runBuildInChild(request);
