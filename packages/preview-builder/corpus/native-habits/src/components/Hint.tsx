import { Text } from "react-native";

export const Hint = () => <Text>Tap a habit</Text>;
