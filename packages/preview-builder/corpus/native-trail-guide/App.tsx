import { NavigationContainer } from "@react-navigation/native";
import { createBottomTabNavigator } from "@react-navigation/bottom-tabs";
import { createNativeStackNavigator } from "@react-navigation/native-stack";
import { Ionicons } from "@expo/vector-icons";
import { StatusBar } from "expo-status-bar";
import { SafeAreaProvider } from "react-native-safe-area-context";
import { TrailList } from "./src/screens/TrailList";
import { TrailDetail } from "./src/screens/TrailDetail";
import { Packing } from "./src/screens/Packing";
import type { RootParams } from "./src/trails";

const Stack = createNativeStackNavigator<RootParams>();
const Tabs = createBottomTabNavigator();

function Trails() {
  return (
    <Stack.Navigator screenOptions={{ headerTintColor: "#1f6f50" }}>
      <Stack.Screen name="List" component={TrailList} options={{ title: "Trails nearby" }} />
      <Stack.Screen name="Detail" component={TrailDetail} options={({ route }) => ({ title: route.params.trail.name })} />
    </Stack.Navigator>
  );
}

const icons = { Trails: "map-outline", Packing: "bag-outline" } as const;

export default function App() {
  return (
    <SafeAreaProvider>
      <NavigationContainer documentTitle={{ enabled: false }}>
        <StatusBar style="auto" />
        <Tabs.Navigator
          screenOptions={({ route }) => ({
            headerShown: false,
            tabBarActiveTintColor: "#1f6f50",
            tabBarIcon: ({ color, size }) => (
              <Ionicons name={icons[route.name as keyof typeof icons]} size={size} color={color} />
            ),
          })}
        >
          <Tabs.Screen name="Trails" component={Trails} />
          <Tabs.Screen name="Packing" component={Packing} />
        </Tabs.Navigator>
      </NavigationContainer>
    </SafeAreaProvider>
  );
}
