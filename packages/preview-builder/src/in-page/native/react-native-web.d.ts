// react-native-web ships no types; this says as much as the shims here use.
declare module "react-native-web" {
  import type { ComponentType } from "react";
  type ComponentProvider = () => unknown;
  export const AppRegistry: {
    registerComponent(key: string, provider: ComponentProvider): string;
    registerConfig(configs: { appKey: string; component?: ComponentProvider; run?: () => void }[]): void;
    runApplication(key: string, parameters: { rootTag: Element | null; initialProps: object }): void;
    getAppKeys(): string[];
  };
  export const View: ComponentType<Record<string, unknown>>;
  export const Pressable: ComponentType<Record<string, unknown>>;
  export const Text: ComponentType<Record<string, unknown>>;
  export const Image: ComponentType<Record<string, unknown>>;
  export const ScrollView: ComponentType<Record<string, unknown>>;
  export const FlatList: ComponentType<Record<string, unknown>>;
  export const StyleSheet: { create(styles: object): unknown };
  export const Linking: { openURL(url: string): Promise<unknown> };
  export const Platform: { OS: string; select(choices: Record<string, unknown>): unknown };
}
