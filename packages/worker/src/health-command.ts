import { isAlive } from "#sign-of-life.ts";

// Ends with 0 while the worker of the folder is alive, for the health check of a container or a service manager: `node health-command.ts <data folder>`.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the worker's data folder.");
process.exitCode = (await isAlive(folder)) ? 0 : 1;
