import { Drawer } from "expo-router/drawer";
import { GestureHandlerRootView } from "react-native-gesture-handler";

export default function Layout() {
  return (
    <GestureHandlerRootView style={{ flex: 1 }}>
      <Drawer screenOptions={{ drawerType: "permanent", drawerStyle: { width: 130 } }}>
        <Drawer.Screen name="index" options={{ drawerLabel: "Members", title: "All members" }} />
        <Drawer.Screen name="meetings" options={{ drawerLabel: "Meetings", title: "All meetings" }} />
      </Drawer>
    </GestureHandlerRootView>
  );
}
