import * as Haptics from "expo-haptics";
import { usePathname, useSegments } from "expo-router";
import { useState } from "react";
import { Button, StyleSheet, View } from "react-native";
import { ThemedText } from "@/components/themed-text";
import { useReadEntries } from "@/hooks/use-read-entries";

export default function SettingsScreen() {
  const pathname = usePathname();
  const segments = useSegments();
  const { read } = useReadEntries();
  const [isAsked, setAsked] = useState(false);
  const ask = async () => {
    await Haptics.selectionAsync();
    setAsked(true);
  };
  return (
    <View style={styles.page}>
      <ThemedText type="title">Settings</ThemedText>
      <Button title="Where am I?" onPress={ask} />
      {isAsked && <ThemedText>You are at {pathname}</ThemedText>}
      {isAsked && <ThemedText>Folders: {segments.join(" / ")}</ThemedText>}
      <ThemedText>Read: {read.length}</ThemedText>
    </View>
  );
}

const styles = StyleSheet.create({ page: { flex: 1, padding: 32, gap: 16, justifyContent: "center" } });
