import { StatusBar } from "expo-status-bar";
import { useState } from "react";
import { Image, SafeAreaView, StyleSheet, Text, View } from "react-native";
import { cards } from "@deck/cards";
import Card from "./src/Card";
import { TurnButton } from "./src/TurnButton";
import { device } from "./src/device";

export default function App() {
  const [at, setAt] = useState(0);
  const [isTurned, setTurned] = useState(false);
  const next = () => {
    setAt((at + 1) % cards.length);
    setTurned(false);
  };
  return (
    <SafeAreaView style={styles.page}>
      <StatusBar style="auto" />
      <View style={styles.title}>
        <Image source={require("./assets/icon.png")} style={styles.icon} />
        <Text style={styles.heading}>Flashcards</Text>
      </View>
      <Text>Card {at + 1} of {cards.length}</Text>
      <Card front={cards[at].german} back={cards[at].english} isTurned={isTurned} />
      <TurnButton label="Turn" onPress={() => setTurned(!isTurned)} />
      <TurnButton label="Next" onPress={next} />
      <Text style={styles.small}>Made for the {device}</Text>
    </SafeAreaView>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, padding: 24, gap: 12 },
  title: { flexDirection: "row", alignItems: "center", gap: 8 },
  icon: { width: 28, height: 28 },
  heading: { fontSize: 24, fontWeight: "700" },
  small: { color: "#64748b" },
});
