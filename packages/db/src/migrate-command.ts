import { readMigrateEnvironment } from "./env.ts";
import { migrate } from "./migrate.ts";

const { url, passwords } = readMigrateEnvironment();
const applied = await migrate(url, passwords);
console.log(applied.length === 0 ? "The database is up to date." : `Applied ${applied.join(", ")}.`);
