import { usageError } from "#cli-error.ts";
import { chooseProject, type ChosenProject } from "#choose-project.ts";
import type { CliContext } from "#context.ts";
import { readOrigin } from "#git/git-folder.ts";
import { toHttpsUrl, type HttpsUrl } from "#git/https-url.ts";
import { readProjectFile } from "#project-file.ts";

/** What is to be mirrored, and what is to be changed before. */
export interface SyncWish {
  url?: string | undefined;
  ref?: string | undefined;
  auto?: "on" | "off" | undefined;
  project?: string | undefined;
  /** For a private repository. */
  token?: string | undefined;
}

/** A project and the repository that it is mirrored from. */
export interface SyncTarget {
  project: ChosenProject;
  url: string;
  /** Who named it. */
  from: "option" | "settings" | "origin";
}

const whichRepository = "Which repository? Give its https address with --url.";

/**
 * Finds the project of a folder and its repository: the one that was named, else the project's, else the folder's own origin. Then changes the
 * project's settings as far as it was asked to, and keeps the token.
 */
export async function prepareSync(directory: string, wish: SyncWish, context: CliContext): Promise<SyncTarget> {
  const named = readOption(wish.url);
  const origin = named === undefined ? await findOrigin(directory) : undefined;
  const isRemembered = wish.project !== undefined || (await readProjectFile(directory)) !== undefined;
  // Before a project is made for it.
  if (named === undefined && !isRemembered && !origin?.url) throw usageError(origin?.problem ?? whichRepository);
  const project = await chooseProject(directory, { named: wish.project, context });
  const { repo } = await context.hive.api.projects.getSettings.query({ id: project.id }, { signal: context.signal });
  const target = { project, ...choose({ named, set: repo.url, origin }) };
  if (target.from === "origin") {
    const left = origin?.url?.hadLogin ? ", without the login in it: give that with --token-stdin" : "";
    context.output.note(`Taking the folder's own origin: ${target.url}${left}`);
  }
  await changeSettings({ target, wish, set: repo }, context);
  return target;
}

function readOption(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const read = toHttpsUrl(url);
  if (!read) throw usageError("--url must be the https address of a repository, as https://github.com/owner/name.git");
  if (read.hadLogin) throw usageError("--url must hold no login. Pipe a token in with --token-stdin.");
  return read.url;
}

/** What a folder's origin comes to. */
interface Origin {
  url: HttpsUrl | undefined;
  problem: string;
}

async function findOrigin(directory: string): Promise<Origin | undefined> {
  const origin = await readOrigin(directory);
  if (origin === undefined) return undefined;
  // Not told: there may be a login in it.
  const problem = `The folder's origin is at no address that could be mirrored over https. ${whichRepository}`;
  return { url: toHttpsUrl(origin), problem };
}

function choose({
  named,
  set,
  origin,
}: {
  named: string | undefined;
  set: string | undefined;
  origin: Origin | undefined;
}): Pick<SyncTarget, "url" | "from"> {
  if (named !== undefined) return { url: named, from: "option" };
  if (set !== undefined) return { url: set, from: "settings" };
  if (origin?.url) return { url: origin.url.url, from: "origin" };
  throw usageError(origin?.problem ?? whichRepository);
}

interface RepoSettings {
  url?: string | undefined;
  auto_sync?: boolean | undefined;
}

async function changeSettings(
  { target, wish, set }: { target: SyncTarget; wish: SyncWish; set: RepoSettings },
  { hive, output, signal }: CliContext,
): Promise<void> {
  const id = target.project.id;
  const { token, ref } = wish;
  const auto_sync = wish.auto === undefined ? undefined : wish.auto === "on";
  // A token is for the host of the settings. Where nothing needs it before, the sync itself makes its repository the setting.
  const isNeeded = token !== undefined || auto_sync === true;
  const repo = {
    ...(isNeeded && set.url !== target.url ? { url: target.url, ref: ref ?? null } : {}),
    ...(auto_sync !== undefined && (set.auto_sync ?? false) !== auto_sync ? { auto_sync } : {}),
  };
  if (Object.keys(repo).length > 0) await hive.api.projects.updateSettings.mutate({ id, repo }, { signal });
  if (token === undefined) return;
  const { host } = await hive.api.projects.setRepoToken.mutate({ id, token }, { signal });
  output.note(`Keeps the token, for ${host} alone.`);
}
