import { Image, StyleSheet, Text, View } from "react-native";

import { colors, radius, space } from "@/theme";

interface HeaderProps {
  done: number;
  total: number;
}

export function Header({ done, total }: HeaderProps) {
  const share = total === 0 ? 0 : done / total;
  const left = total - done;

  return (
    <View style={styles.header}>
      <View style={styles.titleRow}>
        <View style={styles.titles}>
          <Text style={styles.eyebrow}>SATURDAY MARKET</Text>
          <Text style={styles.title} accessibilityRole="header">
            Groceries
          </Text>
        </View>
        <Image source={require("../../assets/basket.png")} style={styles.basket} accessibilityLabel="A basket" />
      </View>
      <View style={styles.track}>
        <View style={[styles.fill, { width: `${Math.round(share * 100)}%` }]} />
      </View>
      <Text style={styles.summary}>
        {left === 0 ? "Everything is in the basket." : `${left} to go, ${done} in the basket`}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  header: { paddingHorizontal: space.m, paddingTop: space.l, paddingBottom: space.m },
  titleRow: { flexDirection: "row", alignItems: "center" },
  titles: { flex: 1 },
  eyebrow: { fontSize: 12, fontWeight: "700", letterSpacing: 1.6, color: colors.carrot },
  title: { fontSize: 36, fontWeight: "700", letterSpacing: -0.8, color: colors.ink, marginTop: 2 },
  basket: { width: 64, height: 64 },
  track: {
    height: 8,
    borderRadius: radius.pill,
    backgroundColor: colors.line,
    marginTop: space.m,
    overflow: "hidden",
  },
  fill: { height: 8, borderRadius: radius.pill, backgroundColor: colors.leaf },
  summary: { marginTop: space.s, fontSize: 15, color: colors.muted },
});
