import { execFile } from "node:child_process";
import { chown, readFile, stat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);
const accountName = "postgres";

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user whom Postgres runs as, and how programs are started as that user. */
export interface ServerAccount {
  /** Gives a file or folder of ours to that user. */
  readonly own: (file: string) => Promise<void>;
  readonly launch: (
    command: string,
    args: readonly string[],
  ) => { readonly command: string; readonly args: readonly string[]; readonly uid?: number; readonly gid?: number };
}

const ownAccount: ServerAccount = { own: async () => undefined, launch: (command, args) => ({ command, args }) };

const lookUp = async (): Promise<SystemUser | undefined> => {
  try {
    const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, accountName])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  } catch {
    return undefined;
  }
};

const findOrCreateUser = async (): Promise<SystemUser> => {
  const existing = await lookUp();
  if (existing !== undefined) return existing;
  const creation = await run("useradd", ["--system", "--user-group", "--no-create-home", accountName]).catch(
    (error: unknown) => error,
  );
  const created = await lookUp();
  if (created !== undefined) return created;
  throw new Error(
    `Postgres refuses to run as root, and the system user "${accountName}" could not be created. ` +
      "Create that user, or run this as an ordinary user.",
    { cause: creation },
  );
};

/** The first folder on the way to the path that the user may not pass through. */
const blockedFolder = async (target: string, user: SystemUser): Promise<string | undefined> => {
  const parent = path.dirname(target);
  if (parent === target) return undefined;
  const above = await blockedFolder(parent, user);
  if (above !== undefined) return above;
  const { mode, uid, gid } = await stat(parent);
  const executeBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & executeBit) === 0 ? parent : undefined;
};

/** Linux capabilities that let a user pass through closed folders; the weaker one first. See capabilities(7). */
const folderCapabilities = [
  { name: "dac_read_search", bit: 2n },
  { name: "dac_override", bit: 1n },
];

const usableCapability = async (): Promise<string | undefined> => {
  try {
    await run("setpriv", ["--version"]);
    const status = await readFile("/proc/self/status", "utf8");
    const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
    return folderCapabilities.find(({ bit }) => (held & (1n << bit)) !== 0n)?.name;
  } catch {
    return undefined;
  }
};

const withCapability = (user: SystemUser, capability: string): ServerAccount["launch"] => {
  const ids = ["--reuid", String(user.uid), "--regid", String(user.gid), "--clear-groups"];
  const capabilities = ["--inh-caps", `+${capability}`, "--ambient-caps", `+${capability}`];
  return (command, args) => ({ command: "setpriv", args: [...ids, ...capabilities, "--", command, ...args] });
};

/**
 * Chooses who runs Postgres: this user, or for root, as whom Postgres refuses to run, the system user `postgres`. Where
 * that user cannot reach the paths (a checkout below /root, say) it is given the one capability that it needs for that.
 *
 * @throws Error that names the folder in the way, when there is no such capability to give.
 */
export const chooseServerAccount = async (paths: readonly string[]): Promise<ServerAccount> => {
  if (process.getuid?.() !== 0) return ownAccount;
  const user = await findOrCreateUser();
  const own = (file: string) => chown(file, user.uid, user.gid);
  const blocked = (await Promise.all(paths.map((target) => blockedFolder(target, user)))).find(Boolean);
  if (blocked === undefined) return { own, launch: (command, args) => ({ command, args, ...user }) };
  const capability = await usableCapability();
  if (capability !== undefined) return { own, launch: withCapability(user, capability) };
  throw new Error(
    `Postgres refuses to run as root, and the system user "${accountName}" cannot pass through ${blocked}. ` +
      "Move the checkout to where every user can reach it, or run this as an ordinary user.",
  );
};
