// A plugin in TypeScript: publishes a folder. Compiled strictly against the types in the tarball, then run.
import { createHiveSync, type NodeHiveSync, type NodePreviews } from "@hivesync/sdk/node";
import { isHiveSyncError, type HiveSync, type NotificationEvent, type RepoSync } from "@hivesync/sdk";

type IsAny<Type> = 0 extends 1 & Type ? true : false;
type Project = Awaited<ReturnType<HiveSync["api"]["projects"]["create"]["mutate"]>>;

// Types that were lost on the way would be `any`, which takes anything but these.
export const isTyped: Record<string, false> = {
  project: false satisfies IsAny<Project>,
  projectName: false satisfies IsAny<Project["name"]>,
  event: false satisfies IsAny<NotificationEvent>,
  previews: false satisfies IsAny<NodePreviews>,
  sync: false satisfies IsAny<RepoSync>,
  syncedHead: false satisfies IsAny<RepoSync["head"]>,
};

const [baseUrl = "", username = "", directory = "."] = process.argv.slice(2);
const hive: NodeHiveSync = createHiveSync({ baseUrl, desktop: "off" });
await hive.auth.register({ email: `${username}@example.com`, username, password: "correct horse battery staple 9" });
const project = await hive.api.projects.create.mutate({ name: "From TypeScript" });
const phases = new Set<string>();
const published = await hive.previews.publish({
  project_id: project.id,
  directory,
  onProgress: ({ phase }) => phases.add(phase),
});
const nothingToMirror = await hive.repos.sync({ project_id: project.id }).catch((error: unknown) => error);
const page = await fetch(published.preview_url);
const refusal = await hive.api.projects.get.query({ id: project.team_id }).catch((error: unknown) => error);
const { preview_url, secrets, status } = published;
console.log(
  JSON.stringify({
    status,
    preview_url,
    secrets,
    phases: [...phases],
    pageStatus: page.status,
    isNotFound: isHiveSyncError(refusal, "NOT_FOUND"),
    isWithoutRepository: isHiveSyncError(nothingToMirror, "VALIDATION_ERROR"),
  }),
);
