import { Button, StyleSheet, Text, View } from "react-native";
import { useSession } from "../lib/session";

export default function Enter() {
  const { enter } = useSession();
  return (
    <View style={styles.page}>
      <Text style={styles.title}>Members only</Text>
      <Button title="Come in" onPress={enter} />
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, justifyContent: "center", padding: 32, gap: 16 },
  title: { fontSize: 28, textAlign: "center" },
});
