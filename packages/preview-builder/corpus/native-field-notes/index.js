import { AppRegistry } from "react-native";
import { FieldNotes } from "./src/FieldNotes";

AppRegistry.registerComponent("fieldNotes", () => FieldNotes);
