import { standIn } from "./stand-in.ts";

/** A component that the app, or a library, has in native code: a box with its name. */
export function requireNativeComponent(name: string): unknown {
  return (standIn(name) as { default: unknown }).default;
}

export const codegenNativeComponent = (name: string): unknown => requireNativeComponent(name);

export function codegenNativeCommands({ supportedCommands }: { supportedCommands: readonly string[] }): object {
  return Object.fromEntries(supportedCommands.map((name) => [name, () => undefined]));
}

/** Native modules: what may be missing is missing, what must be there is a stand-in. */
export const TurboModuleRegistry = { get: () => null, getEnforcing: (name: string) => standIn(name) };
