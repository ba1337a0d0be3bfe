import { useEffect, useRef, useState } from "react";
import type { EventEmitter } from "./expo-modules-core.ts";

export { registerRootComponent } from "../native/native-app.ts";
export {
  EventEmitter,
  NativeModule,
  Platform,
  SharedObject,
  SharedRef,
  isRunningInExpoGo,
  registerWebModule,
  reloadAppAsync,
  requireNativeModule,
  requireNativeView,
  requireOptionalNativeModule,
} from "./expo-modules-core.ts";
export const fetch = (...values: Parameters<typeof window.fetch>): Promise<Response> => window.fetch(...values);

/** Calls the newest listener for each event, for as long as the component is there. */
export function useEventListener(
  emitter: EventEmitter,
  name: string,
  listener: Parameters<EventEmitter["addListener"]>[1],
): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => {
    const subscription = emitter.addListener(name, (...values) => newest.current(...values));
    return () => subscription.remove();
  }, [emitter, name]);
}

/** What the latest event told. */
export function useEvent(emitter: EventEmitter, name: string, initial: unknown = null): unknown {
  const [told, setTold] = useState(initial);
  useEventListener(emitter, name, (...values) => setTold(() => values[0]));
  return told;
}
