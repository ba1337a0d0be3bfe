export { mountEntry } from "./native-app.ts";
