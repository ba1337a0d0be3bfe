# syntax=docker/dockerfile:1
# The worker of the GPU queues: previews with pictures, AI jobs by a local model on an NVIDIA card.
# From the root of the repository: docker build -f infra/docker/worker-gpu.Dockerfile -t hivesync/worker-gpu .
# Its base has the CUDA 13 runtime (libcudart.so.13, libcublas.so.13), which the programs of node-llama-cpp are linked to. The host has NVIDIA's
# driver of at least 580 and its container toolkit, which brings libcuda.so.1 and nvidia-smi: docker run --gpus all …
# What is released names its bases by digest: --build-arg NODE_IMAGE=…@sha256:… --build-arg CUDA_IMAGE=…@sha256:…
ARG NODE_IMAGE=docker.io/library/node:24-trixie-slim
ARG CUDA_IMAGE=docker.io/nvidia/cuda:13.0.2-runtime-ubuntu24.04

FROM ${NODE_IMAGE} AS app
WORKDIR /hivesync
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY apps/worker-gpu apps/worker-gpu
RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm npx -y pnpm@12.21.0 --filter-prod "@hivesync/worker-gpu..." install --prod --frozen-lockfile
RUN node packages/worker/src/runtimes-command.ts runtimes

# The workspace leaves these programs out, as they weigh 170 MB: here they come by a lockfile of their own, of the same version.
FROM ${NODE_IMAGE} AS cuda
WORKDIR /cuda
COPY infra/docker/cuda/package.json infra/docker/cuda/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${CUDA_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="HiveSync GPU worker" \
      org.opencontainers.image.description="Builds previews with pictures, writes documentation by a local model" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# What Chromium is linked to.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap ca-certificates libexpat1 libnss3 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production NODE_COMPILE_CACHE=/hivesync/compiled HOME=/tmp HIVESYNC_WORKER_DATA_DIRECTORY=/data HIVESYNC_WORKER_RUNTIMES_DIRECTORY=/hivesync/runtimes \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /hivesync
COPY --from=app /usr/local/bin/node /usr/local/bin/node
COPY --from=app /hivesync ./
COPY --from=cuda /cuda/node_modules/@node-llama-cpp node_modules/@node-llama-cpp
RUN install -d -o 1000 -g 1000 /data compiled
USER 1000:1000
# Files cannot be written later, and compiling at each start would take seconds.
RUN node packages/platform/src/keep-compiled-command.ts apps/worker-gpu
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "packages/worker/src/health-command.ts", "/data"]
# It starts a process for each job: run it with --init, so that what they leave behind is collected.
CMD ["node", "apps/worker-gpu/src/main.ts"]
