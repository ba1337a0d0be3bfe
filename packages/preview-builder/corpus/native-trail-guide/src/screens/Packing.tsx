import AsyncStorage from "@react-native-async-storage/async-storage";
import { useEffect, useState } from "react";
import { Pressable, StyleSheet, Text } from "react-native";
import { SafeAreaView } from "react-native-safe-area-context";

const THINGS = ["Water", "Map", "Rain jacket"];

export function Packing() {
  const [packed, setPacked] = useState<string[]>([]);
  useEffect(() => {
    void AsyncStorage.getItem("packed").then((text) => setPacked(text ? (JSON.parse(text) as string[]) : []));
  }, []);
  const toggle = (thing: string) => {
    const next = packed.includes(thing) ? packed.filter((each) => each !== thing) : [...packed, thing];
    setPacked(next);
    void AsyncStorage.setItem("packed", JSON.stringify(next));
  };
  return (
    <SafeAreaView style={styles.page}>
      <Text style={styles.title}>
        {packed.length} of {THINGS.length} packed
      </Text>
      {THINGS.map((thing) => (
        <Pressable key={thing} role="checkbox" aria-checked={packed.includes(thing)} onPress={() => toggle(thing)}>
          <Text style={styles.thing}>
            {packed.includes(thing) ? "☑" : "☐"} {thing}
          </Text>
        </Pressable>
      ))}
    </SafeAreaView>
  );
}

const styles = StyleSheet.create({ page: { padding: 20, gap: 12 }, title: { fontSize: 20 }, thing: { fontSize: 17 } });
