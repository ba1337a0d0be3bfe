import type { NativeStackScreenProps } from "@react-navigation/native-stack";
import { StyleSheet, Text, View } from "react-native";
import Svg, { Polyline } from "react-native-svg";
import type { RootParams } from "../trails";

const WIDTH = 300;
const HEIGHT = 90;

export function TrailDetail({ route }: NativeStackScreenProps<RootParams, "Detail">) {
  const { trail } = route.params;
  const top = Math.max(...trail.climbs);
  const points = trail.climbs
    .map((climb, index) => `${(index / (trail.climbs.length - 1)) * WIDTH},${HEIGHT - (climb / top) * (HEIGHT - 10)}`)
    .join(" ");
  return (
    <View style={styles.page}>
      <Text style={styles.fact}>Highest point {top} m</Text>
      <Svg width={WIDTH} height={HEIGHT}>
        <Polyline points={points} fill="none" stroke="#1f6f50" strokeWidth={3} />
      </Svg>
    </View>
  );
}

const styles = StyleSheet.create({ page: { padding: 20, gap: 16 }, fact: { fontSize: 17 } });
