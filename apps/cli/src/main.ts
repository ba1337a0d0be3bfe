#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import path from "node:path";

// Starts in half the time. The folder is the user's own: into a shared one others could put code.
enableCompileCache(path.join(homedir(), ".cache", "hivesync", "compile"));
const { runCommandLine } = await import("./command-line.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
