// Their own declarations need those of packages that only bundlers of apps have.
declare module "expo-router" {
  import type { ComponentType } from "react";
  export const ExpoRoot: ComponentType<{ readonly context: unknown; readonly location: URL }>;
  export function useTheme(): { readonly colors: Readonly<Record<"primary" | "card" | "border", string>> };
  export const Badge: ComponentType;
  export const Icon: ComponentType;
  export const Label: ComponentType;
  export const VectorIcon: ComponentType;
}
declare module "expo-router/head" {
  import type { ComponentType, ReactNode } from "react";
  export const Head: { readonly Provider: ComponentType<{ readonly children?: ReactNode }> };
}
declare module "expo-router/native-tabs" {
  import type { ComponentType } from "react";
  export const NativeTabs: ComponentType;
  export const NativeTabTrigger: ComponentType;
}
declare module "expo-router/build/native-tabs/NativeTabsView.web" {
  import type { ComponentType } from "react";
  export const NativeTabsView: ComponentType<object>;
}
