// Publishes a folder through the SDK, as a plugin would. With `dev` running:
//   npx -y pnpm@12 exec node examples/publish.ts examples/vite-react
import { readFileSync } from "node:fs";
import { createHiveSync } from "@hivesync/sdk/node";

const dev = JSON.parse(readFileSync(`${process.env.HIVESYNC_DEV_DIRECTORY ?? ".hivesync"}/dev.json`, "utf8"));
const directory = process.argv[2] ?? "examples/vite-react";

const hive = createHiveSync({ baseUrl: dev.api_url });
await hive.auth.login(dev.user);
const project = await hive.api.projects.create.mutate({ name: "Made by code" });
const preview = await hive.previews.publish({
  project_id: project.id,
  directory,
  onProgress: ({ phase, ratio }) => console.error(phase, Math.round((ratio ?? 0) * 100), "%"),
});
console.log(preview.preview_url);
