import { Pressable, StyleSheet, Text, View } from "react-native";

import { colors, radius, space } from "@/theme";
import type { Filter } from "@/useItems";

const LABELS: Record<Filter, string> = { all: "All", open: "To buy", done: "In basket" };

interface FiltersProps {
  value: Filter;
  onChange: (filter: Filter) => void;
}

export function Filters({ value, onChange }: FiltersProps) {
  return (
    <View style={styles.row} role="tablist">
      {(Object.keys(LABELS) as Filter[]).map((filter) => {
        const isChosen = filter === value;
        return (
          <Pressable
            key={filter}
            role="tab"
            aria-selected={isChosen}
            onPress={() => onChange(filter)}
            style={[styles.pill, isChosen && styles.chosen]}
          >
            <Text style={[styles.label, isChosen && styles.chosenLabel]}>{LABELS[filter]}</Text>
          </Pressable>
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: "row", gap: 8, paddingHorizontal: space.m, paddingBottom: space.m },
  pill: {
    paddingHorizontal: 16,
    paddingVertical: 8,
    borderRadius: radius.pill,
    borderWidth: 1,
    borderColor: colors.line,
  },
  chosen: { backgroundColor: colors.ink, borderColor: colors.ink },
  label: { fontSize: 14, fontWeight: "600", color: colors.muted },
  chosenLabel: { color: colors.paper },
});
