import { Pressable, StyleSheet, Text } from "react-native";

export function TurnButton({ label, onPress }) {
  return (
    <Pressable accessibilityRole="button" onPress={onPress} style={({ pressed }) => [styles.button, pressed && styles.pressed]}>
      <Text style={styles.label}>{label}</Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: { backgroundColor: "#1d4ed8", borderRadius: 10, padding: 12, alignItems: "center" },
  pressed: { opacity: 0.7 },
  label: { color: "white", fontWeight: "600" },
});
