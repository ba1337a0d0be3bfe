// react-native-web ships no types; this says as much as the shims here use.
declare module "react-native-web" {
  type ComponentProvider = () => unknown;
  export const AppRegistry: {
    registerComponent(key: string, provider: ComponentProvider): string;
    registerConfig(configs: { appKey: string; component?: ComponentProvider; run?: () => void }[]): void;
    runApplication(key: string, parameters: { rootTag: Element | null; initialProps: object }): void;
    getAppKeys(): string[];
  };
  export const Platform: { OS: string; select(choices: Record<string, unknown>): unknown };
}
