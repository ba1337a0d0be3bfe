import { Stack, useLocalSearchParams, useRouter } from "expo-router";
import { Button, ScrollView, StyleSheet, Text } from "react-native";
import { ThemedText } from "@/components/themed-text";
import { entries } from "@/constants/entries";
import { useReadEntries } from "@/hooks/use-read-entries";

export default function EntryScreen() {
  const router = useRouter();
  const { id, from } = useLocalSearchParams<{ id: string; from?: string }>();
  const { markRead } = useReadEntries();
  const entry = entries.find((each) => each.id === id);
  return (
    <ScrollView contentContainerStyle={styles.page}>
      <Stack.Screen options={{ title: entry?.title ?? "Gone" }} />
      <Text style={styles.sign}>{"\uf101"}</Text>
      <ThemedText>{entry?.text}</ThemedText>
      <ThemedText>Opened from the {from}</ThemedText>
      <Button title="Mark as read" onPress={() => markRead(id)} />
      <Button title="Open the map" onPress={() => router.push("/map")} />
      <Button title="Back to all entries" onPress={() => router.dismissTo("/")} />
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  page: { padding: 24, gap: 16 },
  sign: { fontFamily: "Signs", fontSize: 40, textAlign: "center" },
});
