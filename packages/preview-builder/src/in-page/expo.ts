export { registerRootComponent } from "./native-app.ts";
