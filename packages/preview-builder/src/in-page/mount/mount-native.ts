export { mountEntry } from "../native/native-app.ts";
