import { NavLink } from "@mantine/core";
import type { ReactNode } from "react";

interface PopoverActionProps {
  label: string;
  icon?: ReactNode;
  onClick: () => void;
}

/** A line of a popover that does something. Where a popover holds more than such lines it is no menu. */
export function PopoverAction({ label, icon, onClick }: PopoverActionProps) {
  return (
    <NavLink
      component="button"
      type="button"
      label={label}
      leftSection={icon}
      onClick={onClick}
      px={12}
      py={7}
      style={{ borderRadius: 6 }}
    />
  );
}
