import { Button, Group, Modal, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import type { User } from "@hivesync/contracts/resources/auth";
import { BrandMark } from "#layout/brand.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import classes from "./gate.module.css";
import { session, useSession } from "./use-session.ts";

function Card({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} · HiveSync Admin`);
  return (
    <main className={classes["ground"]}>
      <Paper className={classes["card"]} withBorder radius="lg" p="xl">
        <Group gap={10} mb="lg">
          <BrandMark />
          <Title order={1}>{title}</Title>
        </Group>
        {children}
      </Paper>
    </main>
  );
}

function NotAdmin({ user }: { user: User }) {
  return (
    <Card title="For admins only">
      <Stack gap="md">
        <Text size="md" role="status">
          You are signed in as <strong>{user.username}</strong>, who is not an admin of this site. Only admins see this
          console.
        </Text>
        <Button variant="default" onClick={() => void session.signOut()}>
          Sign in as somebody else
        </Button>
      </Stack>
    </Card>
  );
}

function Unreachable() {
  return (
    <Card title="No answer">
      <Stack gap="md">
        <Text size="md" role="alert">
          The API does not answer. Once it does, the console opens.
        </Text>
        <Button variant="default" onClick={() => void session.resume()}>
          Try again
        </Button>
      </Stack>
    </Card>
  );
}

/** Asks whoever was signed in to sign in again; what they were at stays below. */
function SignInAgain({ user }: { user: User | undefined }) {
  return (
    <Modal
      opened={user !== undefined}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title="Your session has ended"
      size="sm"
    >
      <Stack gap="md">
        <Text size="md" c="dimmed">
          Sign in again, and the page goes on where you left it.
        </Text>
        <SignInForm name={user?.username ?? ""} />
        <Button variant="subtle" size="xs" onClick={() => void session.signOut()}>
          Leave instead
        </Button>
      </Stack>
    </Modal>
  );
}

/** Lets admins in, and nobody else. */
export function Gate({ children }: { children: ReactNode }) {
  const state = useSession();
  if (state.kind === "starting") return <div className={classes["ground"]} aria-busy />;
  if (state.kind === "unreachable") return <Unreachable />;
  if (state.kind === "not-admin") return <NotAdmin user={state.user} />;
  if (state.kind === "signed-out")
    return (
      <Card title="Sign in">
        <SignInForm />
      </Card>
    );
  return (
    <>
      {/* Another user is another page. */}
      <div key={state.user.id}>{children}</div>
      <SignInAgain user={state.kind === "expired" ? state.user : undefined} />
    </>
  );
}
