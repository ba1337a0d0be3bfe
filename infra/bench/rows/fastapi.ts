import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Bench } from "../bench-stack.ts";
import { restCall } from "../calls.ts";
import { compareLoad, loadNotes, speedReadings } from "../compare-load.ts";
import { createProjectStack } from "../project-stack.ts";
import type { RowReport } from "../report.ts";

const peerDirectory = fileURLToPath(new URL("../peers", import.meta.url));
// Debian's own interpreter, whose packages these are.
const python = "/usr/bin/python3";
const serve = "-m uvicorn fastapi_peer:app --loop uvloop --http httptools --no-access-log --log-level warning".split(
  " ",
);
const askVersions = `
import sys, fastapi, uvicorn, asyncpg, uvloop, httptools, jwt, cryptography
print("Python", sys.version.split()[0] + ", FastAPI", fastapi.__version__ + ", uvicorn", uvicorn.__version__ + ", asyncpg", asyncpg.__version__)
`;
const packages =
  "python3-fastapi uvicorn python3-asyncpg python3-uvloop python3-httptools python3-jwt python3-cryptography";

async function findVersions(): Promise<string | undefined> {
  return promisify(execFile)(python, ["-c", askVersions]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** The list over REST beside the stack that the specification names. */
export async function compareFastapi(bench: Bench): Promise<RowReport> {
  const versions = await findVersions();
  if (versions === undefined)
    return { readings: [], notes: [`Left out: the peer needs, of Debian or Ubuntu, \`apt-get install ${packages}\`.`] };
  await using stack = await createProjectStack(bench);
  const api = await stack.startApi();
  const commandAt = (port: number) =>
    [python, ...serve, "--app-dir", peerDirectory, "--port", String(port)] as [string, ...string[]];
  const peer = await stack.startPeer(commandAt, { PYTHONDONTWRITEBYTECODE: "1" });
  const call = restCall("list", stack.projectOf);
  const samples = await compareLoad(bench, { ours: stack.underLoad(api, call), peer: stack.underLoad(peer, call) });
  return {
    readings: speedReadings("list", samples.ours, {
      name: "FastAPI",
      samples: samples.peer,
      goal: { bound: "at_least", value: 3 },
    }),
    notes: [...loadNotes, `${versions}; one process, uvloop and httptools, a plain dictionary as its answer.`],
  };
}
