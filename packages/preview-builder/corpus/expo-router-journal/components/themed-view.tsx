import { View, type ViewProps } from "react-native";
import { useThemeColor } from "@/hooks/use-theme-color";

export function ThemedView({ style, ...rest }: ViewProps) {
  const backgroundColor = useThemeColor({}, "background");
  return <View style={[{ backgroundColor }, style]} {...rest} />;
}
