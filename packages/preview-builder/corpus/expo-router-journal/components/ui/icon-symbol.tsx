import MaterialIcons from "@expo/vector-icons/MaterialIcons";
import { type ComponentProps } from "react";

const MAPPING = { "house.fill": "home", gear: "settings" } as Record<string, ComponentProps<typeof MaterialIcons>["name"]>;

export function IconSymbol({ name, size = 24, color }: { name: keyof typeof MAPPING; size?: number; color: string }) {
  return <MaterialIcons color={color} size={size} name={MAPPING[name]} />;
}
