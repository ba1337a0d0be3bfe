/**
 * The ids of the one story that the examples of all endpoints tell: Ada keeps the project "Todo" in her team, with Grace, and adds Mary. Iris runs the site.
 * They never change, so that what was copied out of the documentation goes on to mean the same.
 */
export const exampleIds = {
  ada: "01a202b2-c500-7000-8000-000000000001",
  grace: "01a202b2-c500-7000-8000-000000000002",
  mary: "01a202b2-c500-7000-8000-000000000003",
  iris: "01a202b2-c500-7000-8000-000000000004",
  session: "01a202b2-c500-7000-8000-000000000011",
  otherSession: "01a202b2-c500-7000-8000-000000000012",
  irisSession: "01a202b2-c500-7000-8000-000000000013",
  team: "01a202b2-c500-7000-8000-000000000021",
  adasMembership: "01a202b2-c500-7000-8000-000000000022",
  gracesMembership: "01a202b2-c500-7000-8000-000000000023",
  marysMembership: "01a202b2-c500-7000-8000-000000000024",
  project: "01a202b2-c500-7000-8000-000000000031",
  task: "01a202b2-c500-7000-8000-000000000041",
  comment: "01a202b2-c500-7000-8000-000000000051",
  reply: "01a202b2-c500-7000-8000-000000000052",
  preview: "01a202b2-c500-7000-8000-000000000061",
  runningPreview: "01a202b2-c500-7000-8000-000000000062",
  failedPreview: "01a202b2-c500-7000-8000-000000000063",
  aiJob: "01a202b2-c500-7000-8000-000000000071",
  runningAiJob: "01a202b2-c500-7000-8000-000000000072",
  repoSync: "01a202b2-c500-7000-8000-000000000081",
  runningRepoSync: "01a202b2-c500-7000-8000-000000000082",
  notification: "01a202b2-c500-7000-8000-000000000091",
} as const;
