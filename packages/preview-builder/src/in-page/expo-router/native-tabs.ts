// What Expo Router called this before it was done.
export { Badge, Icon, Label, VectorIcon } from "expo-router";
export { NativeTabTrigger, NativeTabs } from "expo-router/native-tabs";
