import { Text } from "react-native";

export const Hint = () => <Text>Swipe hints for iOS</Text>;
