// Its types ask for those of react-native, which is not installed; this says as much as the shims here use.
declare module "react-native-gesture-handler" {
  import type { ComponentType } from "react";
  interface PanGesture {
    runOnJS(isOn: boolean): PanGesture;
    activeOffsetX(range: readonly [number, number]): PanGesture;
    onUpdate(work: (event: { translationX: number }) => void): PanGesture;
    onEnd(work: (event: { translationX: number }) => void): PanGesture;
  }
  export const Gesture: { Pan(): PanGesture };
  export const GestureDetector: ComponentType<Record<string, unknown>>;
}
