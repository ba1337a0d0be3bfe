import { router } from "expo-router";
import { Button, StyleSheet, View } from "react-native";
import { ThemedText } from "@/components/themed-text";

export default function MapModal() {
  return (
    <View style={styles.page}>
      <ThemedText type="title">You walked here</ThemedText>
      <Button title="Close" onPress={() => router.back()} />
    </View>
  );
}

const styles = StyleSheet.create({ page: { flex: 1, alignItems: "center", justifyContent: "center", gap: 16 } });
