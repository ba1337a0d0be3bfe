import { Link } from "expo-router";
import { Pressable, StyleSheet, View } from "react-native";
import ParallaxScrollView from "@/components/parallax-scroll-view";
import { ThemedText } from "@/components/themed-text";
import { entries } from "@/constants/entries";
import { Image } from "expo-image";
import { useReadEntries } from "@/hooks/use-read-entries";

export default function JournalScreen() {
  const { read } = useReadEntries();
  return (
    <ParallaxScrollView
      headerBackgroundColor={{ light: "#A1CEDC", dark: "#1D3D47" }}
      headerImage={<Image source={require("@/assets/images/hills.png")} style={styles.hills} />}>
      <ThemedText type="title">Journal</ThemedText>
      <ThemedText>Written here: {entries.length}</ThemedText>
      <ThemedText>Read: {read.length}</ThemedText>
      <View style={styles.list}>
        {entries.map(({ id, title }) => (
          <Link key={id} href={{ pathname: "/entry/[id]", params: { id, from: "list" } }} asChild>
            <Pressable style={styles.row}>
              <ThemedText type="link">{title}</ThemedText>
            </Pressable>
          </Link>
        ))}
      </View>
    </ParallaxScrollView>
  );
}

const styles = StyleSheet.create({
  hills: { height: 120, width: 240, bottom: 0, left: 0, position: "absolute" },
  list: { gap: 8 },
  row: { paddingVertical: 8 },
});
