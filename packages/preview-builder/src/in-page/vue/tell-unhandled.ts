import type { App } from "vue";

/**
 * Lets an error that nobody handles go uncaught, so that the viewer hears of it: where it is not in development, Vue only writes it to the
 * console. The app may set the option, or its own `errorHandler`, after that.
 */
export function tellUnhandled<Host>(app: App<Host>): App<Host> {
  app.config.throwUnhandledErrorInProduction = true;
  return app;
}
