import { Skeleton, Stack } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { Route, Switch } from "wouter";
import { Missing } from "./missing.tsx";

// Each page is fetched when it is first opened, or before, once the first one stands.
const loaders = {
  overview: () => import("./overview/overview-page.tsx").then(({ OverviewPage }) => ({ default: OverviewPage })),
  queues: () => import("./queues/queues-page.tsx").then(({ QueuesPage }) => ({ default: QueuesPage })),
  jobs: () => import("./queues/jobs-page.tsx").then(({ JobsPage }) => ({ default: JobsPage })),
  workers: () => import("./workers/workers-page.tsx").then(({ WorkersPage }) => ({ default: WorkersPage })),
  scaling: () => import("./scaling/scaling-page.tsx").then(({ ScalingPage }) => ({ default: ScalingPage })),
  previews: () => import("./statistics/statistics-page.tsx").then(({ PreviewsPage }) => ({ default: PreviewsPage })),
  ai: () => import("./statistics/statistics-page.tsx").then(({ AiPage }) => ({ default: AiPage })),
  users: () => import("./users/users-page.tsx").then(({ UsersPage }) => ({ default: UsersPage })),
  audit: () => import("./audit/audit-page.tsx").then(({ AuditPage }) => ({ default: AuditPage })),
};

const Overview = lazy(loaders.overview);
const Queues = lazy(loaders.queues);
const Jobs = lazy(loaders.jobs);
const Workers = lazy(loaders.workers);
const Scaling = lazy(loaders.scaling);
const Previews = lazy(loaders.previews);
const Ai = lazy(loaders.ai);
const UsersList = lazy(loaders.users);
const Audit = lazy(loaders.audit);

function Coming() {
  return (
    <Stack gap={16} maw={1440} mx="auto" aria-busy>
      <Skeleton height={46} width={220} />
      <Skeleton height="calc(100dvh - 140px)" radius="lg" />
    </Stack>
  );
}

/** The page that the address names. */
export function Pages() {
  useEffect(() => {
    for (const load of Object.values(loaders)) void load().catch(() => undefined);
  }, []);
  return (
    <Suspense fallback={<Coming />}>
      <Switch>
        <Route path="/" component={Overview} />
        <Route path="/queues/:queue?" component={Queues} />
        <Route path="/jobs" component={Jobs} />
        <Route path="/workers" component={Workers} />
        <Route path="/scaling/:queue?" component={Scaling} />
        <Route path="/previews" component={Previews} />
        <Route path="/ai" component={Ai} />
        <Route path="/users" component={UsersList} />
        <Route path="/audit" component={Audit} />
        <Route component={Missing} />
      </Switch>
    </Suspense>
  );
}
