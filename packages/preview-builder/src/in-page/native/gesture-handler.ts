// The package, with what it left out in its third major and apps still use.
export * from "react-native-gesture-handler";
export { default as Swipeable } from "./swipeable.ts";

export const gestureHandlerRootHOC = <Component>(component: Component): Component => component;
