import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { createContext, useContext, useState, type ReactNode } from "react";
import { toWords } from "#server/problem.ts";

/** What is asked before it is done. */
export interface Question {
  title: string;
  /** What follows from it, in a sentence or two. */
  text: ReactNode;
  /** The word on the button that does it. */
  action: string;
  isDangerous?: boolean;
  run: () => Promise<unknown>;
  /** Said once it is done. */
  done: string;
}

type Ask = (question: Question) => void;

const AskContext = createContext<Ask | undefined>(undefined);

/** Answers a function that asks a question over the page, does what was asked when confirmed, and tells of refusals in place. */
export function useConfirm(): Ask {
  const ask = useContext(AskContext);
  if (!ask) throw new Error("there is no ConfirmProvider around");
  return ask;
}

function useRun(question: Question | undefined, close: () => void) {
  const [state, setState] = useState<{ isRunning: boolean; refusal: string | undefined }>({
    isRunning: false,
    refusal: undefined,
  });
  const run = async (): Promise<void> => {
    if (!question) return;
    setState({ isRunning: true, refusal: undefined });
    try {
      await question.run();
      notifications.show({ message: question.done });
      setState({ isRunning: false, refusal: undefined });
      close();
    } catch (error) {
      setState({ isRunning: false, refusal: toWords(error) });
    }
  };
  return { ...state, run, forget: () => setState({ isRunning: false, refusal: undefined }) };
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  // The last question stays while its window fades.
  const [question, setQuestion] = useState<Question>();
  const [isOpen, setOpen] = useState(false);
  const { isRunning, refusal, run, forget } = useRun(question, () => setOpen(false));
  const ask: Ask = (next) => {
    forget();
    setQuestion(next);
    setOpen(true);
  };
  return (
    <AskContext value={ask}>
      {children}
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={question?.title}
        closeButtonProps={{ "aria-label": "Close" }}
        size="sm"
      >
        <Text size="md" c="dimmed">
          {question?.text}
        </Text>
        {refusal !== undefined && (
          <Alert color="red" variant="outline" mt="md">
            {refusal}
          </Alert>
        )}
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={() => setOpen(false)}>
            Keep as it is
          </Button>
          <Button
            color={question?.isDangerous ? "red.8" : "honey"}
            loading={isRunning}
            data-autofocus
            onClick={() => void run()}
          >
            {question?.action}
          </Button>
        </Group>
      </Modal>
    </AskContext>
  );
}
