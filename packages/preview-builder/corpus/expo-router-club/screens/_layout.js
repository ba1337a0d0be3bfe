import { Stack } from "expo-router";
import { SessionProvider, useSession } from "../lib/session";

export default function Root() {
  return (
    <SessionProvider>
      <Screens />
    </SessionProvider>
  );
}

function Screens() {
  const { isMember } = useSession();
  return (
    <Stack screenOptions={{ headerShown: false }}>
      <Stack.Protected guard={isMember}>
        <Stack.Screen name="(club)" />
      </Stack.Protected>
      <Stack.Protected guard={!isMember}>
        <Stack.Screen name="enter" />
      </Stack.Protected>
    </Stack>
  );
}
