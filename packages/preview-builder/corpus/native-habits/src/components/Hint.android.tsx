import { ToastAndroid } from "react-native";

export const Hint = () => {
  ToastAndroid.show("Hold a habit", ToastAndroid.SHORT);
  return null;
};
