// A script in plain JavaScript: publishes a page from memory, and learns from its events that it is ready.
import { createHiveSync, createMemorySource } from "@hivesync/sdk";

const [baseUrl, username] = process.argv.slice(2);
const hive = createHiveSync({ baseUrl });
await hive.auth.register({ email: `${username}@example.com`, username, password: "correct horse battery staple 9" });
const project = await hive.api.projects.create.mutate({ name: "From JavaScript" });

let jobId;
const types = [];
for await (const event of hive.events({ signal: AbortSignal.timeout(20_000) })) {
  types.push(event.type);
  if (event.type === "ready") {
    const files = createMemorySource({ "index.html": "<!doctype html><title>Hello</title><h1>Hello</h1>" });
    ({ job_id: jobId } = await hive.previews.publishFiles({ project_id: project.id, files, wait: false }));
  }
  if (event.type === "notification" && event.notification.type === "preview_ready") {
    console.log(JSON.stringify({ isOurs: event.notification.data.job_id === jobId, first: types[0] }));
    break;
  }
}
