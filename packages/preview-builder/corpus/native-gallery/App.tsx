import { ScrollView, StyleSheet, Text, View } from "react-native";
import Frame from "./assets/frame.svg";
import { Shot } from "./src/Shot";
import { shots } from "./src/shots";

export default function App() {
  return (
    <ScrollView contentContainerStyle={styles.page}>
      <View style={styles.header}>
        <Frame width={32} height={32} style={[styles.icon, { opacity: 0.8 }]} />
        <Text style={styles.title}>Golden hour</Text>
      </View>
      {shots.map((shot) => (
        <Shot key={shot.name} {...shot} />
      ))}
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  page: { padding: 20, gap: 16 },
  header: { flexDirection: "row", alignItems: "center", gap: 8 },
  icon: { margin: 4 },
  title: { fontSize: 24, fontWeight: "700" },
});
