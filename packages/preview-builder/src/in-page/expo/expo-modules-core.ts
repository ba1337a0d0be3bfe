import { Platform as NativePlatform } from "../native/platform.ts";
import { standIn } from "../native/stand-in.ts";

type Listener = (...values: unknown[]) => void;

/** What Expo's modules are made of. Native ones that may be missing are missing; others are stand-ins. */
export class EventEmitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  addListener(name: string, listener: Listener): { remove: () => void } {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return { remove: () => void listeners.delete(listener) };
  }
  removeAllListeners(name: string): void {
    this.#listeners.delete(name);
  }
  removeListener(name: string, listener: Listener): void {
    this.#listeners.get(name)?.delete(listener);
  }
  emit(name: string, ...values: unknown[]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }
  listenerCount(name: string): number {
    return this.#listeners.get(name)?.size ?? 0;
  }
}

export class NativeModule extends EventEmitter {}
export class SharedObject extends EventEmitter {
  release(): void {
    this.emit("release");
  }
}
export class SharedRef extends SharedObject {}
export class CodedError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
export class UnavailabilityError extends CodedError {
  constructor(moduleName: string, propertyName: string) {
    super("ERR_UNAVAILABLE", `${moduleName}.${propertyName} is not available in a preview.`);
  }
}

export const requireNativeModule = (name: string): unknown => standIn(name);
export const requireOptionalNativeModule = (): null => null;
export const requireNativeViewManager = (name: string): unknown => (standIn(name) as { default: unknown }).default;
export const requireNativeView = (name: string): unknown => requireNativeViewManager(name);
export const registerWebModule = (Module: new () => unknown): unknown => new Module();
export const createPermissionHook = () => () => [
  { status: "undetermined", granted: false },
  async () => ({ granted: false }),
];
export const PermissionStatus = { GRANTED: "granted", UNDETERMINED: "undetermined", DENIED: "denied" };
export const isRunningInExpoGo = (): boolean => false;
export const reloadAppAsync = async (): Promise<void> => location.reload();
export const uuid = { v4: (): string => crypto.randomUUID(), v5: (): string => crypto.randomUUID() };
export const Platform = { ...NativePlatform, isDOMAvailable: true, canUseEventListeners: true, canUseViewport: true };
export const NativeModulesProxy = {};
export class LegacyEventEmitter extends EventEmitter {}
