import { StatusBar } from "expo-status-bar";
import { useState } from "react";
import { FlatList, SafeAreaView, StyleSheet, View } from "react-native";

import { AddBar } from "@/components/AddBar";
import { EmptyList } from "@/components/EmptyList";
import { Filters } from "@/components/Filters";
import { Header } from "@/components/Header";
import { ItemRow } from "@/components/ItemRow";
import { type Filter, useItems } from "@/useItems";
import { colors, space } from "@/theme";

export default function App() {
  const { items, add, toggle, remove } = useItems();
  const [filter, setFilter] = useState<Filter>("all");
  const done = items.filter((item) => item.done).length;
  const shown = items.filter((item) => filter === "all" || item.done === (filter === "done"));

  return (
    <SafeAreaView style={styles.screen}>
      <StatusBar style="dark" />
      <View style={styles.column}>
        <Header done={done} total={items.length} />
        <Filters value={filter} onChange={setFilter} />
        <FlatList
          style={styles.list}
          contentContainerStyle={styles.content}
          data={shown}
          keyExtractor={(item) => item.id}
          renderItem={({ item }) => (
            <ItemRow item={item} onToggle={() => toggle(item.id)} onRemove={() => remove(item.id)} />
          )}
          ListEmptyComponent={<EmptyList filter={filter} />}
        />
        <AddBar onAdd={add} />
      </View>
    </SafeAreaView>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1, backgroundColor: colors.paper, alignItems: "center" },
  column: { flex: 1, width: "100%", maxWidth: 560 },
  list: { flex: 1 },
  content: { paddingHorizontal: space.m, paddingBottom: space.m, gap: space.s },
});
