// Before everything else: what the app counts its visits with.
globalThis.visits = 0;

import "expo-router/entry";
