import { StyleSheet, Text, View } from "react-native";

import { colors, radius, space } from "@/theme";
import type { Filter } from "@/useItems";

const TEXTS: Record<Filter, [title: string, hint: string]> = {
  all: ["Nothing on the list", "Add the first item below."],
  open: ["All done", "Everything is in the basket."],
  done: ["The basket is empty", "Tick an item once you have it."],
};

export function EmptyList({ filter }: { filter: Filter }) {
  const [title, hint] = TEXTS[filter];
  return (
    <View style={styles.box}>
      <Text style={styles.title}>{title}</Text>
      <Text style={styles.hint}>{hint}</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  box: { alignItems: "center", padding: space.l, borderRadius: radius.card, backgroundColor: colors.leafSoft },
  title: { fontSize: 17, fontWeight: "700", color: colors.leaf },
  hint: { fontSize: 15, color: colors.leaf, marginTop: space.xs },
});
