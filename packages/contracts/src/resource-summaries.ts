import type { Api } from "./api.ts";

/** What each resource is about, in the order in which one comes across them. */
export const resourceSummaries: Readonly<Record<keyof Api, string>> = {
  auth: "Accounts and sessions: register, sign in, stay signed in, and sign in a device by a code.",
  teams: "Who works together, and who may do what.",
  projects: "What belongs together: code, previews, tasks and comments, owned by a team.",
  tasks: "What is to be done in a project, by whom, and how far it is.",
  comments: "Comments on projects, tasks and lines of code, in threads that can be resolved.",
  previews: "A folder of source code built into a page with a link: ask for one, follow it, stop it, try it again.",
  ai: "Source code documented, explained or summarized: ask for it, read the result, stop it, try it again.",
  repos: "A git repository mirrored into its project: bring it up to date, see what it holds.",
  notifications: "What a user is told: as a list, and as a stream that loses nothing.",
  health: "Whether the service and what it stands on are there.",
  admin: "For whoever runs the site: its users and jobs, workers and queues, statistics, and the log of what was done.",
  callbacks: "For workers alone: the signed word that a job has ended.",
};
