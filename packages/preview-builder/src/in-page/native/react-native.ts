// What user code gets for `react-native`: react-native-web, with the few parts replaced that a preview does in its own way.
export * from "react-native-web";
export { Alert } from "./alert.ts";
export { AppRegistry } from "./native-app.ts";
export { Platform } from "./platform.ts";
export { StyleSheet } from "./style-sheet.ts";
export {
  TurboModuleRegistry,
  codegenNativeCommands,
  codegenNativeComponent,
  requireNativeComponent,
} from "./native-modules.ts";
