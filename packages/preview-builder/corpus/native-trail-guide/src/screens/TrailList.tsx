import type { NativeStackScreenProps } from "@react-navigation/native-stack";
import { FlatList, Pressable, StyleSheet, Text } from "react-native";
import { trails } from "../trails";
import type { RootParams } from "../trails";

export function TrailList({ navigation }: NativeStackScreenProps<RootParams, "List">) {
  return (
    <FlatList
      data={trails}
      keyExtractor={({ id }) => id}
      renderItem={({ item }) => (
        <Pressable style={styles.row} onPress={() => navigation.navigate("Detail", { trail: item })}>
          <Text style={styles.name}>{item.name}</Text>
          <Text style={styles.length}>{item.km} km</Text>
        </Pressable>
      )}
    />
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: "row", justifyContent: "space-between", padding: 16, borderBottomWidth: 1, borderColor: "#e3e8e5" },
  name: { fontSize: 17 },
  length: { fontSize: 15, color: "#5d6b64" },
});
