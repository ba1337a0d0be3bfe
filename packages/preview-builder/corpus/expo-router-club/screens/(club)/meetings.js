import { useNavigation } from "expo-router";
import { Button, Text, View } from "react-native";

export default function Meetings() {
  const navigation = useNavigation();
  return (
    <View style={{ padding: 16, gap: 8 }}>
      <Text>Every Tuesday, visit {globalThis.visits}</Text>
      <Button title="Change the title" onPress={() => navigation.setOptions({ title: "Meetings of this year" })} />
    </View>
  );
}
