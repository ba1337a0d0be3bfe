import path from "node:path";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import type { Account } from "./accounts.ts";
import { repositoryRoot } from "./env.ts";

const example = { name: "Todo example", directory: path.join(repositoryRoot, "examples", "todo-native") };

/** The id of the user's project for the example; made on first use. */
async function exampleProject(hive: NodeHiveSync): Promise<string> {
  for (let cursor: string | undefined; ;) {
    const page = await hive.api.projects.list.query({ limit: 100, ...(cursor !== undefined && { cursor }) });
    const found = page.items.find(({ name }) => name === example.name);
    if (found) return found.id;
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return (await hive.api.projects.create.mutate({ name: example.name })).id;
}

/** Publishes the example as the user. What has not changed since the last start is there at once. Returns the preview's address. */
export async function publishExample(apiUrl: string, user: Account): Promise<string> {
  const hive = createHiveSync({ baseUrl: apiUrl });
  await hive.auth.login({ email: user.email, password: user.password });
  try {
    const project_id = await exampleProject(hive);
    const { preview_url } = await hive.previews.publish({ project_id, directory: example.directory });
    return preview_url;
  } finally {
    await hive.auth.logout();
  }
}
