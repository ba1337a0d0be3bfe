# syntax=docker/dockerfile:1
# The API with its pages and the admin console. Also brings the database to the newest schema: `node packages/db/src/migrate-command.ts`.
# From the root of the repository: docker build -f infra/docker/api.Dockerfile -t hivesync/api .
# What is released names its base by digest: --build-arg NODE_IMAGE=docker.io/library/node:24-trixie-slim@sha256:…
ARG NODE_IMAGE=docker.io/library/node:24-trixie-slim

FROM ${NODE_IMAGE} AS console
WORKDIR /hivesync
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json ./
COPY packages packages
COPY apps/admin-console apps/admin-console
RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm npx -y pnpm@12.21.0 --filter "@hivesync/admin-console..." install --frozen-lockfile
WORKDIR /hivesync/apps/admin-console
RUN node node_modules/vite/bin/vite.js build

FROM ${NODE_IMAGE} AS app
WORKDIR /hivesync
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY apps/api apps/api
RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm npx -y pnpm@12.21.0 --filter-prod "@hivesync/api..." install --prod --frozen-lockfile

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="HiveSync API" \
      org.opencontainers.image.description="REST, tRPC, pages and the admin console of HiveSync" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production NODE_COMPILE_CACHE=/hivesync/compiled HOME=/tmp HIVESYNC_API_HOST=0.0.0.0 HIVESYNC_API_PORT=4000
WORKDIR /hivesync
COPY --from=app /hivesync ./
COPY --from=console /hivesync/apps/admin-console/dist apps/admin-console/dist
RUN install -d -o 1000 -g 1000 compiled
USER 1000:1000
# Files cannot be written later, and compiling at each start would take seconds.
RUN node packages/platform/src/keep-compiled-command.ts apps/api
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HIVESYNC_API_PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/api/src/main.ts"]
