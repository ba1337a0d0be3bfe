import { useEffect, useRef } from "react";
import { Animated, StyleSheet, Text } from "react-native";

export default function Card({ front, back, isTurned }) {
  const turn = useRef(new Animated.Value(0)).current;
  useEffect(() => {
    Animated.timing(turn, { toValue: isTurned ? 1 : 0, duration: 120, useNativeDriver: false }).start();
  }, [isTurned, turn]);
  const backgroundColor = turn.interpolate({ inputRange: [0, 1], outputRange: ["#fef3c7", "#dbeafe"] });
  return (
    <Animated.View style={[styles.card, { backgroundColor }]}>
      <Text style={styles.word}>{isTurned ? back : front}</Text>
    </Animated.View>
  );
}

const styles = StyleSheet.create({
  card: { borderRadius: 16, padding: 40, alignItems: "center" },
  word: { fontSize: 22 },
});
