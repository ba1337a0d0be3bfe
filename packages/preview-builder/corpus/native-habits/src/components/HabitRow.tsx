import React from "react";
import { Pressable, StyleSheet, Text } from "react-native";
import type { Habit } from "../habits";
import { colors } from "../theme";

interface Props {
  habit: Habit;
  isDone: boolean;
  onToggle: (habit: Habit) => void;
}

export function HabitRow({ habit, isDone, onToggle }: Props) {
  return (
    <Pressable accessibilityRole="checkbox" accessibilityState={{ checked: isDone }} onPress={() => onToggle(habit)}>
      {({ pressed }) => <Text style={[styles.row, isDone && styles.done, pressed && styles.pressed]}>{habit.title}</Text>}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  row: { fontSize: 17, paddingHorizontal: 16, paddingVertical: 12 },
  done: { color: colors.faint, textDecorationLine: "line-through" },
  pressed: { opacity: 0.6 },
});
