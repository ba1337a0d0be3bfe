import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { writePrivateFile } from "./private-file.ts";

/** Makes the value of each secret; the keys of this table are what `secrets.json` holds. */
const makers = {
  postgres_password: randomPassword,
  database_password_api: randomPassword,
  database_password_worker: randomPassword,
  database_password_maintenance: randomPassword,
  redis_password: randomPassword,
  s3_access_key_id: () => `dev-${randomBytes(8).toString("hex")}`,
  s3_secret_access_key: randomKey,
  master_key: randomKey,
  worker_secret: randomKey,
  repo_key: randomKey,
  admin_password: randomPassword,
  user_password: randomPassword,
};

function randomPassword(): string {
  return randomBytes(18).toString("base64url");
}

function randomKey(): string {
  return randomBytes(32).toString("base64");
}

/** The secrets of one stack, made once: with others its data would be of no use. */
export type DevSecrets = Readonly<Record<keyof typeof makers, string>>;

const stored = z.record(z.string(), z.string());

function readStored(file: string): Record<string, string> {
  try {
    return stored.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Error(`${file} cannot be read. Without it the stack's data is lost: delete the whole folder around it.`, {
      cause: error,
    });
  }
}

/** Reads the secrets, and makes and keeps those that the file lacks. */
export function loadSecrets(file: string): DevSecrets {
  const known = readStored(file);
  const missing = Object.entries(makers).filter(([name]) => known[name] === undefined);
  const secrets = { ...known, ...Object.fromEntries(missing.map(([name, make]) => [name, make()])) };
  if (missing.length > 0) writePrivateFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets as DevSecrets;
}
