import React, { useState } from "react";
import { SafeAreaView, SectionList, StatusBar, StyleSheet, Text, View } from "react-native";
import { Hint } from "./components/Hint";
import { HabitRow } from "./components/HabitRow";
import { sections, type Habit } from "./habits";
import { colors } from "./theme";

export default function App(): React.JSX.Element {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const all = sections.flatMap(({ data }) => data);
  const toggle = ({ id }: Habit) => setDone((before) => before.symmetricDifference(new Set([id])));
  return (
    <SafeAreaView style={styles.screen}>
      <StatusBar barStyle="dark-content" />
      <Text style={styles.title}>Habits</Text>
      <Hint />
      <SectionList
        sections={sections}
        keyExtractor={({ id }) => id}
        renderSectionHeader={({ section }) => <Text style={styles.section}>{section.title}</Text>}
        renderItem={({ item }) => <HabitRow habit={item} isDone={done.has(item.id)} onToggle={toggle} />}
      />
      <View style={styles.foot}>
        <Text>{done.size} of {all.length} done</Text>
      </View>
    </SafeAreaView>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1, backgroundColor: colors.paper },
  title: { fontSize: 28, fontWeight: "700", margin: 16 },
  section: { fontSize: 13, marginHorizontal: 16, marginTop: 12, color: colors.faint },
  foot: { padding: 16, borderTopWidth: StyleSheet.hairlineWidth, borderColor: colors.faint },
});
