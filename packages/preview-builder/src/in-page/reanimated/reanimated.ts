import { createElement, useEffect, useImperativeHandle, useReducer, useRef, useState } from "react";
import type { ComponentType, ReactNode, Ref } from "react";
import { FlatList, Image, ScrollView, Text, View } from "react-native-web";
import { between, isAnimation } from "./reanimated-animations.ts";
import { listen, makeMutable, track } from "./reanimated-values.ts";
import { comeIn } from "./reanimated-ways.ts";

// Reanimated moves things on a thread of its own, by a plugin of Babel. In a page there is neither: what it does is done here, frame by frame.
export {
  Easing,
  withDecay,
  withDelay,
  withRepeat,
  withSequence,
  withSpring,
  withTiming,
} from "./reanimated-animations.ts";
export {
  cancelAnimation,
  makeMutable,
  useAnimatedReaction,
  useDerivedValue,
  useSharedValue,
} from "./reanimated-values.ts";
export * from "./reanimated-ways.ts";

/** A style or props that follow shared values. */
interface Animated {
  readonly isAnimated: true;
  update: () => unknown;
  /** The values of what is on its way by itself, by their place in the result. */
  readonly moving: Map<string, { readonly target: unknown; value: unknown; readonly stop: () => void }>;
  changed: () => void;
}

function isAnimated(value: unknown): value is Animated {
  return typeof value === "object" && value !== null && "isAnimated" in value;
}

/** Puts values in the place of animations, which are begun where they are new. */
function settle(animated: Animated, value: unknown, place: string): unknown {
  if (Array.isArray(value)) return value.map((row, index) => settle(animated, row, `${place}.${index}`));
  if (isAnimation(value)) {
    const known = animated.moving.get(place);
    if (known !== undefined && Object.is(known.target, value.target)) return known.value;
    known?.stop();
    if (known === undefined) {
      animated.moving.set(place, { target: value.target, value: value.target, stop: () => undefined });
      return value.target;
    }
    const row = { target: value.target, value: known.value, stop: () => undefined as void };
    animated.moving.set(place, row);
    row.stop = value.start(known.value, {
      onStep: (step) => {
        row.value = step;
        animated.changed();
      },
      onEnd: () => undefined,
    });
    return row.value;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, row]) => [key, settle(animated, row, `${place}.${key}`)]));
}

export function useAnimatedStyle(update: () => unknown): Animated {
  const [animated] = useState<Animated>(() => ({
    isAnimated: true,
    update,
    moving: new Map(),
    changed: () => undefined,
  }));
  animated.update = update;
  useEffect(() => animated.changed());
  return animated;
}

export function useAnimatedProps(update: () => unknown): Animated {
  return useAnimatedStyle(update);
}

function flatten(style: unknown): unknown[] {
  return [style].flat(Number.POSITIVE_INFINITY).filter(Boolean);
}

interface AnimatedProps {
  readonly ref?: Ref<unknown>;
  readonly style?: unknown;
  readonly animatedProps?: unknown;
  readonly entering?: unknown;
  readonly exiting?: unknown;
  readonly layout?: unknown;
  readonly children?: ReactNode;
  readonly [name: string]: unknown;
}

export function createAnimatedComponent(Inner: ComponentType<Record<string, unknown>>) {
  return function AnimatedComponent({
    ref,
    style,
    animatedProps,
    entering,

    ...rest
  }: AnimatedProps) {
    const [, render] = useReducer((count: number) => count + 1, 0);
    const element = useRef<unknown>(null);
    useImperativeHandle(ref, () => element.current);
    const rows = flatten(style);
    const followed = [...rows, animatedProps].filter(isAnimated);
    const { result, read } = track(() => new Map(followed.map((row) => [row, settle(row, row.update(), "")])));
    useEffect(() => {
      let frame = 0;
      const wake = (): void => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => render());
      };
      for (const row of followed) row.changed = wake;
      const end = listen(read, wake);
      return () => {
        end();
        cancelAnimationFrame(frame);
      };
    });
    useEffect(() => comeIn(element.current, entering), []);
    const styles = rows.map((row) => (isAnimated(row) ? result.get(row) : row));
    const props = isAnimated(animatedProps) ? result.get(animatedProps) : animatedProps;
    const { exiting: _exiting, layout: _layout, ...plain } = rest;
    return createElement(Inner, { ...plain, ...(props as object), ref: element, style: styles });
  };
}

export const Extrapolation = { IDENTITY: "identity", CLAMP: "clamp", EXTEND: "extend" };
export const Extrapolate = { ...Extrapolation };

function placeIn(value: number, input: readonly number[]): { index: number; progress: number } {
  const found = input.findLastIndex((edge) => edge <= value);
  const index = Math.min(Math.max(found, 0), input.length - 2);
  const [from = 0, to = 1] = [input[index], input[index + 1]];
  return { index, progress: to === from ? 0 : (value - from) / (to - from) };
}

type Sides = string | { extrapolateLeft?: string; extrapolateRight?: string };

export function interpolate(
  value: number,
  input: readonly number[],
  ...[output, sides = "extend"]: [readonly number[], Sides?]
): number {
  const { index, progress } = placeIn(value, input);
  const left = typeof sides === "string" ? sides : (sides.extrapolateLeft ?? "extend");
  const right = typeof sides === "string" ? sides : (sides.extrapolateRight ?? "extend");
  const side = progress < 0 ? left : progress > 1 ? right : "extend";
  if (side === "identity") return value;
  const kept = side === "clamp" ? Math.min(1, Math.max(0, progress)) : progress;
  return between(output[index] ?? 0, output[index + 1] ?? 0, kept) as number;
}

export function interpolateColor(value: number, input: readonly number[], colors: readonly string[]): unknown {
  const { index, progress } = placeIn(value, input);
  return between(colors[index], colors[index + 1], Math.min(1, Math.max(0, progress)));
}

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
export const runOnJS = <Work>(work: Work): Work => work;
export const runOnUI = <Work>(work: Work): Work => work;
export const useAnimatedRef = () => useRef<unknown>(null);
export const useReducedMotion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const isSharedValue = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "addListener" in value;
export const ReduceMotion = { System: "system", Always: "always", Never: "never" };
export const SensorType = {};
export const KeyboardState = {};
export const useAnimatedKeyboard = () => ({ height: makeMutable(0), state: makeMutable(0) });
export const ReducedMotionConfig = (): null => null;
export const configureReanimatedLogger = (): void => undefined;
export const ReanimatedLogLevel = { warn: 1, error: 2 };

type ScrollWork = (event: unknown, context: object) => void;

export function useAnimatedScrollHandler(
  handlers: ScrollWork | { onScroll?: ScrollWork },
): (event: { nativeEvent: unknown }) => void {
  const [context] = useState({});
  const onScroll = typeof handlers === "function" ? handlers : handlers.onScroll;
  return ({ nativeEvent }) => onScroll?.(nativeEvent, context);
}

/** How far a scrolled view is from its start. */
export function useScrollOffset(ref: { readonly current: unknown }) {
  const [offset] = useState(() => makeMutable(0));
  useEffect(() => {
    const view = ref.current as { getScrollableNode?: () => unknown } | null;
    const node = view?.getScrollableNode?.() ?? view;
    if (!(node instanceof Element)) return;
    const follow = (): void => {
      offset.value = Math.max(node.scrollTop, node.scrollLeft);
    };
    node.addEventListener("scroll", follow);
    return () => node.removeEventListener("scroll", follow);
  });
  return offset;
}

/** What it was called before. */
export const useScrollViewOffset = (ref: { readonly current: unknown }) => useScrollOffset(ref);

export function measure(ref: { current: unknown }) {
  if (!(ref.current instanceof Element)) return null;
  const { x, y, width, height } = ref.current.getBoundingClientRect();
  return { x, y, width, height, pageX: x, pageY: y };
}

export function scrollTo(ref: { current: unknown }, x: number, ...[y, isAnimated]: [number, boolean?]): void {
  const target = ref.current as { scrollTo?: (place: object) => void } | null;
  target?.scrollTo?.({ x, y, animated: isAnimated });
}

const Animated = {
  View: createAnimatedComponent(View),
  Text: createAnimatedComponent(Text),
  Image: createAnimatedComponent(Image),
  ScrollView: createAnimatedComponent(ScrollView),
  FlatList: createAnimatedComponent(FlatList),
  createAnimatedComponent,
};
export default Animated;
