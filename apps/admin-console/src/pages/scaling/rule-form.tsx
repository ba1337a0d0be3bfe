import { Alert, Button, Group, Stack, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { KeptScalingRule, QueueState } from "@hivesync/contracts/operator";
import { Surface } from "#parts/surface.tsx";
import { When } from "#parts/when.tsx";
import { queuesQuery } from "#server/live-queries.ts";
import { toWords } from "#server/problem.ts";
import { trpc } from "#server/trpc.ts";
import { Forecast } from "./forecast.tsx";
import { RuleFields } from "./rule-fields.tsx";
import { useRuleDraft } from "./use-rule-draft.ts";

interface RuleFormProps {
  rule: KeptScalingRule;
  /** Its state now, once it is known. */
  queue: QueueState | undefined;
}

function useSave() {
  const client = useQueryClient();
  return useMutation(
    trpc.admin.updateScaling.mutationOptions({
      onSuccess: async ({ queue }) => {
        notifications.show({ message: `The rule of ${queue} is set.` });
        await Promise.all([
          client.invalidateQueries({ queryKey: trpc.admin.getScaling.queryKey() }),
          client.invalidateQueries({ queryKey: queuesQuery.queryKey }),
        ]);
      },
    }),
  );
}

/** The rule of one queue, and what it would do now. */
export function RuleForm({ rule, queue }: RuleFormProps) {
  const editing = useRuleDraft(rule);
  const { draft, change, reset, isChanged, valid } = editing;
  const save = useSave();
  const note =
    rule.updated_at === null ? (
      "Nobody has set one yet: this is the default"
    ) : (
      <>
        Set <When at={rule.updated_at} />
      </>
    );
  return (
    <Surface title={rule.queue} note={note}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) save.mutate(valid);
        }}
      >
        <Stack gap="lg">
          <RuleFields editing={editing} />
          <Switch
            label="Paused"
            description="It takes jobs and starts none; those that run go on."
            checked={draft.paused === true}
            onChange={({ currentTarget }) => change({ paused: currentTarget.checked })}
          />
          <Forecast rule={valid} queue={queue} />
          {save.error && (
            <Alert color="red" variant="outline">
              {toWords(save.error)}
            </Alert>
          )}
          <Group gap="xs">
            <Button type="submit" disabled={!isChanged || !valid} loading={save.isPending}>
              Save the rule
            </Button>
            <Button variant="default" disabled={!isChanged} onClick={reset}>
              Undo changes
            </Button>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
