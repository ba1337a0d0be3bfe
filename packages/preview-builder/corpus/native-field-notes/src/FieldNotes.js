import PropTypes from "prop-types";
import { useState } from "react";
import { ScrollView, StyleSheet, Text, TextInput, View, Pressable } from "react-native";
import MapView, { Marker } from "react-native-maps";
import { CameraView } from "expo-camera";
import * as Location from "expo-location";

function Note({ text, place }) {
  return (
    <View style={styles.note}>
      <Text>{text}</Text>
      <Text style={styles.place}>{place}</Text>
    </View>
  );
}
Note.propTypes = { text: PropTypes.string.isRequired, place: PropTypes.string.isRequired };

export function FieldNotes() {
  const [notes, setNotes] = useState([{ text: "Two herons by the weir", place: "river" }]);
  const [text, setText] = useState("");
  const add = async () => {
    const position = await Location.getCurrentPositionAsync({});
    const place = position?.coords ? `${position.coords.latitude.toFixed(2)}° N` : "somewhere here";
    setNotes([...notes, { text: text || "A quiet moment", place }]);
    setText("");
  };
  return (
    <ScrollView contentContainerStyle={styles.page}>
      <Text style={styles.title}>Field notes</Text>
      <MapView style={styles.map}>
        <Marker coordinate={{ latitude: 51.5, longitude: 0 }} title="weir" />
      </MapView>
      <CameraView style={styles.camera} facing="back" />
      {notes.map((note, index) => (
        <Note key={index} {...note} />
      ))}
      <TextInput style={styles.input} value={text} onChangeText={setText} placeholder="What do you see?" />
      <Pressable onPress={add}>
        <Text style={styles.button}>Keep note</Text>
      </Pressable>
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  page: { padding: 20, gap: 14 },
  title: { fontSize: 26, fontWeight: "700" },
  map: { height: 180 },
  camera: { height: 120 },
  note: { padding: 12, borderRadius: 10, backgroundColor: "#f1efe8" },
  place: { color: "#7a756a", marginTop: 4 },
  input: { borderWidth: 1, borderColor: "#ccc6b8", borderRadius: 8, padding: 10 },
  button: { color: "#8a4b12", fontWeight: "600" },
});
