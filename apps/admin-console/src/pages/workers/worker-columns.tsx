import { Group, Stack, Text } from "@mantine/core";
import type { LiveWorker, WorkerGpu } from "@hivesync/contracts/operator";
import type { Column } from "#parts/data-table.tsx";
import { LoadBar } from "#parts/load-bar.tsx";
import { Tag } from "#parts/tone.tsx";
import { When } from "#parts/when.tsx";

const gigabytes = (megabytes: number): string => (megabytes / 1_024).toFixed(megabytes < 10_240 ? 1 : 0);

function GpuName({ gpu }: { gpu: WorkerGpu | null }) {
  if (!gpu)
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    );
  if (gpu.mode === "software") return <Tag>Software</Tag>;
  return <span title={gpu.name ?? undefined}>{gpu.name ?? "GPU"}</span>;
}

function Measure({ label, share, words }: { label: string; share: number | null; words: string }) {
  return share === null ? (
    <Text size="sm" c="dimmed">
      –
    </Text>
  ) : (
    <LoadBar label={label} share={share} words={words} />
  );
}

function memoryOf(gpu: WorkerGpu | null): { share: number | null; words: string } {
  const { memory_used_mb: used = null, memory_total_mb: total = null } = gpu ?? {};
  if (used === null || total === null || total === 0) return { share: null, words: "" };
  return { share: used / total, words: `${gigabytes(used)}/${gigabytes(total)} GB` };
}

const wallsTitles = {
  namespace: "Builds reach no network and no files but their own: the system keeps them",
  none: "Nothing of the system's keeps builds from what the worker reaches: see Walls around builds in docs/operations.md",
} as const;

/** What is shown of a worker. */
export const workerColumns: Column<LiveWorker>[] = [
  {
    title: "Worker",
    render: ({ id, host }) => (
      <Stack gap={0} py={6}>
        <Text size="sm" fw={550} truncate>
          {host}
        </Text>
        <Text size="xs" c="dimmed" truncate title={id}>
          {id}
        </Text>
      </Stack>
    ),
  },
  {
    title: "Kind",
    width: 70,
    render: ({ kind }) => <Tag tone={kind === "gpu" ? "wait" : "busy"}>{kind.toUpperCase()}</Tag>,
  },
  {
    title: "Builds",
    isExtra: true,
    width: 85,
    render: ({ walls }) =>
      walls === null ? (
        <Text size="xs" c="dimmed">
          –
        </Text>
      ) : (
        <span title={wallsTitles[walls]}>
          <Tag tone={walls === "none" ? "wait" : "good"}>{walls === "none" ? "Open" : "Walled"}</Tag>
        </span>
      ),
  },
  {
    title: "Queues",
    isExtra: true,
    width: 215,
    render: ({ queues }) => (
      <Group gap={4} wrap="nowrap" title={queues.join(", ")}>
        {queues.slice(0, 2).map((queue) => (
          <Tag key={queue}>{queue}</Tag>
        ))}
        {queues.length > 2 && (
          <Text size="xs" c="dimmed">
            +{queues.length - 2}
          </Text>
        )}
      </Group>
    ),
  },
  {
    title: "Jobs",
    width: 130,
    render: ({ host, active, concurrency }) => (
      <LoadBar
        color="var(--chart-busy)"
        label={`Jobs on ${host}`}
        share={active / Math.max(concurrency, 1)}
        words={`${active} of ${concurrency}`}
      />
    ),
  },
  { title: "GPU", width: 130, render: ({ gpu }) => <GpuName gpu={gpu} /> },
  {
    title: "GPU memory",
    width: 150,
    render: ({ host, gpu }) => <Measure label={`GPU memory of ${host}`} {...memoryOf(gpu)} />,
  },
  {
    title: "GPU use",
    width: 110,
    isExtra: true,
    render: ({ host, gpu }) => {
      const use = gpu?.utilization ?? null;
      return <Measure label={`GPU use of ${host}`} share={use} words={`${Math.round((use ?? 0) * 100)} %`} />;
    },
  },
  { title: "Version", width: 76, isExtra: true, render: ({ version }) => version },
  { title: "Last seen", width: 90, end: true, render: ({ last_seen: at }) => <When at={at} /> },
];
