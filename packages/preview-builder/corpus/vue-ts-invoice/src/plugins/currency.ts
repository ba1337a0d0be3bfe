import type { App, InjectionKey } from "vue";

export type Format = (cents: number) => string;
export const formatKey: InjectionKey<Format> = Symbol("format");

export const currency = {
  install(app: App, code: string): void {
    const format = new Intl.NumberFormat("en", { style: "currency", currency: code });
    app.provide(formatKey, (cents) => format.format(cents / 100));
    app.config.globalProperties.$version = __APP_VERSION__;
  },
};

declare module "vue" {
  interface ComponentCustomProperties {
    $version: string;
  }
}
