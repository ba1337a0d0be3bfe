# syntax=docker/dockerfile:1
# The worker of the CPU queues: previews, AI jobs, repository syncs, maintenance.
# From the root of the repository: docker build -f infra/docker/worker-cpu.Dockerfile -t hivesync/worker-cpu .
# What is released names its base by digest: --build-arg NODE_IMAGE=docker.io/library/node:24-trixie-slim@sha256:…
ARG NODE_IMAGE=docker.io/library/node:24-trixie-slim

FROM ${NODE_IMAGE} AS app
WORKDIR /hivesync
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY apps/worker-cpu apps/worker-cpu
RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm npx -y pnpm@12.21.0 --filter-prod "@hivesync/worker-cpu..." install --prod --frozen-lockfile
RUN node packages/worker/src/runtimes-command.ts runtimes

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="HiveSync CPU worker" \
      org.opencontainers.image.description="Builds previews, writes documentation, mirrors repositories" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap ca-certificates git && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production NODE_COMPILE_CACHE=/hivesync/compiled HOME=/tmp HIVESYNC_WORKER_DATA_DIRECTORY=/data HIVESYNC_WORKER_RUNTIMES_DIRECTORY=/hivesync/runtimes
WORKDIR /hivesync
COPY --from=app /hivesync ./
RUN install -d -o 1000 -g 1000 /data compiled
USER 1000:1000
# Files cannot be written later, and compiling at each start would take seconds.
RUN node packages/platform/src/keep-compiled-command.ts apps/worker-cpu
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "packages/worker/src/health-command.ts", "/data"]
# It starts a process for each job: run it with --init, so that what they leave behind is collected.
CMD ["node", "apps/worker-cpu/src/main.ts"]
