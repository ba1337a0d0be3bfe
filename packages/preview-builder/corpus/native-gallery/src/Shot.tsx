import { useState } from "react";
import { Image, Text, View } from "react-native";
import type { ImageSourcePropType } from "react-native";

export function Shot({ name, source }: { name: string; source: ImageSourcePropType }) {
  const [size, setSize] = useState("");
  return (
    <View>
      <Image
        source={source}
        accessibilityLabel={name}
        onLayout={({ nativeEvent: { layout } }) => setSize(`${layout.width} by ${layout.height} points`)}
      />
      <Text>{size}</Text>
      <Text>{name}</Text>
    </View>
  );
}
