import { router, useFocusEffect, useLocalSearchParams } from "expo-router";
import { useCallback } from "react";
import { Button, FlatList, Text, View } from "react-native";

const MEMBERS = [
  { name: "Ada", sings: true },
  { name: "Bo", sings: false },
];

export default function Members() {
  const { only } = useLocalSearchParams();
  useFocusEffect(
    useCallback(() => {
      globalThis.visits += 1;
    }, []),
  );
  const shown = MEMBERS.filter(({ sings }) => only !== "singers" || sings);
  return (
    <View style={{ padding: 16, gap: 8 }}>
      <Text>
        {only === "singers" ? "Members who sing" : "Members"}: {shown.length}
      </Text>
      <FlatList data={shown} keyExtractor={({ name }) => name} renderItem={({ item }) => <Text>{item.name}</Text>} />
      <Button title="Show only singers" onPress={() => router.setParams({ only: "singers" })} />
    </View>
  );
}
