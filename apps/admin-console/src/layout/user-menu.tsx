import {
  Divider,
  Popover,
  SegmentedControl,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from "@mantine/core";
import Keyboard from "lucide-react/icons/keyboard";
import LogOut from "lucide-react/icons/log-out";
import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Sun from "lucide-react/icons/sun";
import { useState } from "react";
import { PopoverAction } from "#parts/popover-action.tsx";
import { session, useSession } from "#session/use-session.ts";
import { keyboardHelp } from "./keyboard-help.tsx";
import classes from "./shell.module.css";

const schemes = [
  { value: "auto", word: "As the system", icon: Monitor },
  { value: "light", word: "Light", icon: Sun },
  { value: "dark", word: "Dark", icon: Moon },
] as const;

function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={schemes.map(({ value, word, icon: Icon }) => ({
        value,
        label: (
          <span title={word} style={{ display: "grid", placeItems: "center", height: 18 }}>
            <Icon size={14} aria-hidden />
            <VisuallyHidden>{word}</VisuallyHidden>
          </span>
        ),
      }))}
    />
  );
}

/** Who is signed in, the choice of colours, and the way out. */
export function UserMenu() {
  const [isOpen, setOpen] = useState(false);
  const state = useSession();
  if (!("user" in state)) return null;
  const { username, email } = state.user;
  const helpWithKeys = (): void => {
    setOpen(false);
    keyboardHelp.open();
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="right-end" width={220} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes["user"]} onClick={() => setOpen(!isOpen)}>
          <VisuallyHidden>Account of</VisuallyHidden>
          <span className={classes["avatar"]} aria-hidden>
            {username.slice(0, 1)}
          </span>
          <div>
            <Text size="sm" fw={550} truncate>
              {username}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {email}
            </Text>
          </div>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Account" p={4}>
        <SchemeChoice />
        <Divider my={4} />
        <PopoverAction label="Keyboard shortcuts" icon={<Keyboard size={15} aria-hidden />} onClick={helpWithKeys} />
        <PopoverAction
          label="Sign out"
          icon={<LogOut size={15} aria-hidden />}
          onClick={() => void session.signOut()}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
