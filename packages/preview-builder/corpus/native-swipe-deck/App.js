import { LinearGradient } from "expo-linear-gradient";
import * as Haptics from "expo-haptics";
import { useState } from "react";
import { Pressable, StyleSheet, Text, View } from "react-native";
import { Gesture, GestureDetector, GestureHandlerRootView } from "react-native-gesture-handler";
import Animated, { FadeIn, interpolate, useAnimatedStyle, useSharedValue, withSpring, withTiming } from "react-native-reanimated";
import { scheduleOnRN } from "react-native-worklets";

const CARDS = [
  { word: "Fernweh", meaning: "longing for far places", colors: ["#ff9a62", "#e8505b"] },
  { word: "Komorebi", meaning: "light through leaves", colors: ["#5bb98b", "#1f6f78"] },
  { word: "Hygge", meaning: "a warm kind of ease", colors: ["#8f7ae5", "#4a3fb5"] },
];

export default function App() {
  const [index, setIndex] = useState(0);
  const x = useSharedValue(0);
  const card = CARDS[index % CARDS.length];

  const next = () => {
    void Haptics.impactAsync(Haptics.ImpactFeedbackStyle.Light);
    setIndex((before) => before + 1);
    x.value = 0;
  };
  const throwAway = () => {
    x.value = withTiming(400, { duration: 120 }, (finished) => {
      if (finished) scheduleOnRN(next);
    });
  };
  const pan = Gesture.Pan()
    .onUpdate(({ translationX }) => {
      x.value = translationX;
    })
    .onEnd(() => {
      if (Math.abs(x.value) > 120) throwAway();
      else x.value = withSpring(0);
    });
  const moving = useAnimatedStyle(() => ({
    opacity: interpolate(Math.abs(x.value), [0, 400], [1, 0.2]),
    transform: [{ translateX: x.value }, { rotate: `${x.value / 20}deg` }],
  }));

  return (
    <GestureHandlerRootView style={styles.page}>
      <GestureDetector gesture={pan}>
        <Animated.View key={index} entering={FadeIn.duration(150)} style={moving}>
          <LinearGradient colors={card.colors} style={styles.card}>
            <Text style={styles.word}>{card.word}</Text>
            <Text style={styles.meaning}>{card.meaning}</Text>
          </LinearGradient>
        </Animated.View>
      </GestureDetector>
      <View style={styles.bar}>
        <Text style={styles.count}>
          Card {(index % CARDS.length) + 1} of {CARDS.length}
        </Text>
        <Pressable onPress={throwAway}>
          <Text style={styles.button}>Next word</Text>
        </Pressable>
      </View>
    </GestureHandlerRootView>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, padding: 24, justifyContent: "center", gap: 32, backgroundColor: "#f6f5f2" },
  card: { height: 320, borderRadius: 24, padding: 28, justifyContent: "flex-end" },
  word: { fontSize: 40, fontWeight: "700", color: "white" },
  meaning: { fontSize: 18, color: "#ffffffcc" },
  bar: { flexDirection: "row", justifyContent: "space-between" },
  count: { fontSize: 16, color: "#6b6860" },
  button: { fontSize: 16, fontWeight: "600", color: "#4a3fb5" },
});
