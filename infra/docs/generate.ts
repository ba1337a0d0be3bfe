import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describeConfiguration } from "./describe-configuration.ts";
import { describeEndpoints } from "./describe-endpoints.ts";
import { describeErrors } from "./describe-errors.ts";

const pages: readonly { file: string; text: string }[] = [
  { file: "docs/endpoints.md", text: describeEndpoints() },
  { file: "docs/errors.md", text: describeErrors() },
  { file: "docs/configuration.md", text: await describeConfiguration() },
];

const isCheck = process.argv.includes("--check");
for (const { file, text } of pages) {
  const address = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  if (!isCheck) {
    await writeFile(address, text);
    continue;
  }
  const present = await readFile(address, "utf8").catch(() => "");
  if (present !== text) {
    console.log(`${file} is not what the sources say. Run: npx -y pnpm@12 docs:generate`);
    process.exitCode = 1;
  }
}
