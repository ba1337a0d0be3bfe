// A plugin in TypeScript: publishes a folder. Compiled strictly against the types in the tarball, then run.
import { createHiveSync, type NodeHiveSync, type NodePreviews } from "@hivesync/sdk/node";
import { isHiveSyncError, type HiveSync, type NotificationEvent } from "@hivesync/sdk";

type IsAny<Type> = 0 extends 1 & Type ? true : false;
type Project = Awaited<ReturnType<HiveSync["api"]["projects"]["create"]["mutate"]>>;

// Types that were lost on the way would be `any`, which takes anything but these.
export const isTyped: [IsAny<Project>, IsAny<Project["name"]>, IsAny<NotificationEvent>, IsAny<NodePreviews>] = [
  false,
  false,
  false,
  false,
];

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
  }),
);
