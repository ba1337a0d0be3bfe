import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Refusal } from "./ask-auth.ts";
import { session } from "./use-session.ts";

function toWords(error: unknown): string {
  if (!(error instanceof Refusal)) return "Something went wrong. Try again.";
  if (error.code === "AUTH_INVALID") return "The name or the password is wrong.";
  if (error.code !== "RATE_LIMITED") return error.message;
  const minutes = Math.ceil((error.retryAfterSeconds ?? 60) / 60);
  return `Too many tries. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}, then try again.`;
}

const fieldOf = (form: HTMLFormElement, name: string): HTMLInputElement | null =>
  form.querySelector<HTMLInputElement>(`input[name=${name}]`);

const valueOf = (form: HTMLFormElement, name: string): string => fieldOf(form, name)?.value ?? "";

/** Name and password. Given a name, it is that user who comes back. */
export function SignInForm({ name }: { name?: string }) {
  const [problem, setProblem] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    setAsking(true);
    setProblem(undefined);
    try {
      await session.signIn(valueOf(form, "username").trim(), valueOf(form, "password"));
    } catch (error) {
      setProblem(toWords(error));
      setAsking(false);
      fieldOf(form, "password")?.select();
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <TextInput
          label="Email or username"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
          withAsterisk={false}
          {...(name === undefined ? { autoFocus: true } : { defaultValue: name })}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          maxLength={256}
          required
          withAsterisk={false}
          autoFocus={name !== undefined}
          data-autofocus={name !== undefined}
        />
        <div style={{ minHeight: 42 }}>
          {problem !== undefined && (
            <Alert color="red" variant="outline" py={8} px={12}>
              {problem}
            </Alert>
          )}
        </div>
        <Button type="submit" loading={isAsking} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
