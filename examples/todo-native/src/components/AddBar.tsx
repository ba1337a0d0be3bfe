import { useState } from "react";
import { Pressable, StyleSheet, Text, TextInput, View } from "react-native";

import { colors, radius, space } from "@/theme";

interface AddBarProps {
  onAdd: (name: string) => void;
}

export function AddBar({ onAdd }: AddBarProps) {
  const [text, setText] = useState("");
  const name = text.trim();

  const submit = () => {
    if (name === "") return;
    onAdd(name);
    setText("");
  };

  return (
    <View style={styles.bar}>
      <TextInput
        style={styles.input}
        value={text}
        onChangeText={setText}
        onSubmitEditing={submit}
        placeholder="Add an item"
        placeholderTextColor={colors.muted}
        returnKeyType="done"
        submitBehavior="submit"
      />
      <Pressable
        role="button"
        aria-label="Add"
        disabled={name === ""}
        onPress={submit}
        style={[styles.button, name === "" && styles.buttonOff]}
      >
        <Text style={styles.buttonText}>Add</Text>
      </Pressable>
    </View>
  );
}

const styles = StyleSheet.create({
  bar: {
    flexDirection: "row",
    gap: space.s,
    padding: space.m,
    paddingTop: 14,
    borderTopWidth: 1,
    borderTopColor: colors.line,
    backgroundColor: colors.paper,
  },
  input: {
    flex: 1,
    minWidth: 0,
    height: 50,
    paddingHorizontal: 18,
    borderRadius: radius.card,
    borderWidth: 1,
    borderColor: colors.line,
    backgroundColor: colors.card,
    fontSize: 16,
    color: colors.ink,
  },
  button: {
    height: 50,
    paddingHorizontal: 22,
    borderRadius: radius.card,
    backgroundColor: colors.leaf,
    alignItems: "center",
    justifyContent: "center",
  },
  buttonOff: { backgroundColor: "#a9c3b3" },
  buttonText: { fontSize: 16, fontWeight: "700", color: colors.card },
});
