import { Pressable, StyleSheet, Text, View } from "react-native";

import type { Item } from "@/items";
import { colors, radius, shadow, space } from "@/theme";

interface ItemRowProps {
  item: Item;
  onToggle: () => void;
  onRemove: () => void;
}

export function ItemRow({ item, onToggle, onRemove }: ItemRowProps) {
  return (
    <View style={styles.card}>
      <Pressable
        role="checkbox"
        aria-checked={item.done}
        aria-label={item.name}
        onPress={onToggle}
        style={({ pressed }) => [styles.main, pressed && styles.pressed]}
      >
        <View style={[styles.box, item.done && styles.boxDone]}>{item.done && <View style={styles.tick} />}</View>
        <View style={styles.texts}>
          <Text style={[styles.name, item.done && styles.nameDone]}>{item.name}</Text>
          {item.note !== undefined && <Text style={styles.note}>{item.note}</Text>}
        </View>
      </Pressable>
      <Pressable
        role="button"
        aria-label={`Remove ${item.name}`}
        onPress={onRemove}
        style={({ pressed }) => [styles.remove, pressed && styles.pressed]}
      >
        <View style={[styles.stroke, { transform: [{ rotate: "45deg" }] }]} />
        <View style={[styles.stroke, { transform: [{ rotate: "-45deg" }] }]} />
      </Pressable>
    </View>
  );
}

const styles = StyleSheet.create({
  card: {
    flexDirection: "row",
    alignItems: "center",
    backgroundColor: colors.card,
    borderRadius: radius.card,
    ...shadow,
  },
  main: { flex: 1, flexDirection: "row", alignItems: "center", gap: 14, padding: 16, minHeight: 64 },
  pressed: { opacity: 0.55 },
  box: {
    width: 26,
    height: 26,
    borderRadius: 9,
    borderWidth: 2,
    borderColor: colors.line,
    alignItems: "center",
    justifyContent: "center",
  },
  boxDone: { backgroundColor: colors.leaf, borderColor: colors.leaf },
  tick: {
    width: 7,
    height: 12,
    marginTop: -3,
    borderRightWidth: 2.5,
    borderBottomWidth: 2.5,
    borderColor: colors.card,
    transform: [{ rotate: "45deg" }],
  },
  texts: { flex: 1 },
  name: { fontSize: 17, fontWeight: "600", color: colors.ink },
  nameDone: { color: colors.muted, fontWeight: "400", textDecorationLine: "line-through" },
  note: { fontSize: 14, color: colors.muted, marginTop: 2 },
  remove: { width: 48, height: 64, alignItems: "center", justifyContent: "center" },
  stroke: { position: "absolute", width: 14, height: 2, borderRadius: 1, backgroundColor: "#c3c7bf" },
});
