import type { ImageSourcePropType } from "react-native";

export const shots: { name: string; source: ImageSourcePropType }[] = [
  { name: "Dunes", source: require("../assets/dunes.png") },
  { name: "Harbour", source: require("../assets/harbour.png") },
];
