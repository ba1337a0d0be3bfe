import { restoreDatabase } from "./backup/restore.ts";
import { readMigrateEnvironment } from "./env.ts";

// `pnpm db:restore <folder>`, into an empty database
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder of the dump.");
const { url, passwords } = readMigrateEnvironment();
const { taken_at: takenAt, tables } = await restoreDatabase(url, folder, passwords);
const rows = tables.reduce((sum, table) => sum + table.rows, 0);
console.log(`${rows} rows as of ${takenAt} are back, and the schema is the newest.`);
