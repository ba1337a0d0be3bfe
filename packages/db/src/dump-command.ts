import { dumpDatabase } from "./backup/dump.ts";
import { readMigrateEnvironment } from "./env.ts";

// `pnpm db:dump <folder>`
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name a folder for the dump.");
const { migration, tables } = await dumpDatabase(readMigrateEnvironment().url, folder);
const rows = tables.reduce((sum, table) => sum + table.rows, 0);
console.log(`${rows} rows of ${tables.length} tables, at ${migration}, are in ${folder}.`);
