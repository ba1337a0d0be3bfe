import { readFileSync } from "node:fs";

export const readPage = (path: string) => ({ from: `from the disk: ${path}`, html: readFileSync(path, "utf8") });
