import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import Download from "lucide-react/icons/download";
import { useState } from "react";
import { exportAudit } from "./export-audit.ts";
import type { AuditInput } from "./use-audit-filters.ts";

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Saves all that the filters name. */
export function ExportButton({ input }: { input: AuditInput }) {
  const [bytes, setBytes] = useState<number>();
  const run = async (): Promise<void> => {
    setBytes(0);
    try {
      if (await exportAudit(input, setBytes)) notifications.show({ message: "The export is complete." });
    } catch (error) {
      const reason = error instanceof Error ? error.message : "";
      notifications.show({
        color: "red",
        title: "The export was cut",
        message: `${reason} What came so far is not all.`,
      });
    } finally {
      setBytes(undefined);
    }
  };
  return (
    <Button
      variant="default"
      miw={150}
      leftSection={<Download size={15} aria-hidden />}
      disabled={bytes !== undefined}
      onClick={() => void run()}
    >
      {bytes === undefined ? "Export NDJSON" : megabytes(bytes)}
    </Button>
  );
}
