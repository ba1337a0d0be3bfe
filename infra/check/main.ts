import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const prefix = "check:";

interface Outcome {
  code: number;
  output: string;
  seconds: number;
}

function run(command: string): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd: root, shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output, seconds: (performance.now() - start) / 1_000 }));
  });
}

// Every script of the root whose name begins so, in the order in which they stand there.
const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { scripts: Record<string, string> };
const steps = Object.entries(scripts).filter(([name]) => name.startsWith(prefix));
let failed = 0;
for (const [name, command] of steps) {
  const { code, output, seconds } = await run(command);
  console.log(`${code === 0 ? "✓" : "✗"} ${name.slice(prefix.length)} (${seconds.toFixed(1)} s)`);
  if (code === 0) continue;
  failed += 1;
  console.log(`${output.trimEnd()}\n  run it alone: npx -y pnpm@12 ${name}`);
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
