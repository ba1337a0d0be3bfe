import { linearEasing } from "./reanimated-animations.ts";
import type { EasingFunction } from "./reanimated-animations.ts";

type Callback = (isFinished: boolean) => void;

/** A way for a component to come in. Those that are not drawn step by step are a fade. */
interface Way {
  readonly durationMs: number;
  readonly delayMs: number;
  readonly callback: Callback | undefined;
  readonly steps: Keyframe[];
}

const FADE: Keyframe[] = [{ opacity: 0 }, { opacity: 1 }];
const ways = new WeakMap<object, Way>();

/** Each way may be told more, whatever it is, and is then another. */
function wayOf(way: Way): object {
  const changed = (change: Partial<Way>): object => wayOf({ ...way, ...change });
  const said: Readonly<Record<string, (value: never) => object>> = {
    duration: (durationMs: number) => changed({ durationMs }),
    delay: (delayMs: number) => changed({ delayMs }),
    withCallback: (callback: Callback) => changed({ callback }),
  };
  const made = new Proxy(function way() {} as unknown as Record<string, unknown>, {
    get: (_, key) => (typeof key === "symbol" ? undefined : (said[key] ?? (() => made))),
    construct: () => wayOf(way),
  });
  ways.set(made, way);
  return made;
}

/** Plays the way in which an element comes in, and tells of its end. */
export function comeIn(element: unknown, entering: unknown): void {
  if (!entering || !(element instanceof Element)) return;
  const way = ways.get(entering) ?? plain;
  const timing = { duration: way.durationMs, delay: way.delayMs, fill: "backwards" as const };
  const { callback } = way;
  const animation = element.animate(way.steps, timing);
  if (callback === undefined) return;
  animation.addEventListener("finish", () => callback(true));
  animation.addEventListener("cancel", () => callback(false));
}

const plain: Way = { durationMs: 300, delayMs: 0, callback: undefined, steps: FADE };
const way = wayOf(plain);

export const [BounceIn, BounceInRight, BounceInLeft, BounceInUp, BounceInDown] = Array<object>(5).fill(way);
export const [BounceOut, BounceOutRight, BounceOutLeft, BounceOutUp, BounceOutDown] = Array<object>(5).fill(way);
export const [FadeIn, FadeInRight, FadeInLeft, FadeInUp, FadeInDown] = Array<object>(5).fill(way);
export const [FadeOut, FadeOutRight, FadeOutLeft, FadeOutUp, FadeOutDown] = Array<object>(5).fill(way);
export const [FlipInXUp, FlipInYLeft, FlipInXDown, FlipInYRight, FlipInEasyX, FlipInEasyY] = Array<object>(6).fill(way);
export const [FlipOutXUp, FlipOutYLeft, FlipOutXDown, FlipOutYRight, FlipOutEasyX, FlipOutEasyY] =
  Array<object>(6).fill(way);
export const [LightSpeedInRight, LightSpeedInLeft, LightSpeedOutRight, LightSpeedOutLeft] = Array<object>(4).fill(way);
export const [PinwheelIn, PinwheelOut, RollInLeft, RollInRight, RollOutLeft, RollOutRight] = Array<object>(6).fill(way);
export const [RotateInDownLeft, RotateInDownRight, RotateInUpLeft, RotateInUpRight] = Array<object>(4).fill(way);
export const [RotateOutDownLeft, RotateOutDownRight, RotateOutUpLeft, RotateOutUpRight] = Array<object>(4).fill(way);
export const [SlideInRight, SlideInLeft, SlideInUp, SlideInDown] = Array<object>(4).fill(way);
export const [SlideOutRight, SlideOutLeft, SlideOutUp, SlideOutDown] = Array<object>(4).fill(way);
export const [StretchInX, StretchInY, StretchOutX, StretchOutY] = Array<object>(4).fill(way);
export const [ZoomIn, ZoomInRotate, ZoomInLeft, ZoomInRight, ZoomInUp, ZoomInDown, ZoomInEasyUp, ZoomInEasyDown] =
  Array<object>(8).fill(way);
export const [
  ZoomOut,
  ZoomOutRotate,
  ZoomOutLeft,
  ZoomOutRight,
  ZoomOutUp,
  ZoomOutDown,
  ZoomOutEasyUp,
  ZoomOutEasyDown,
] = Array<object>(8).fill(way);
export const [Layout, LinearTransition, FadingTransition, SequencedTransition, JumpingTransition, CurvedTransition] =
  Array<object>(6).fill(way);
export const EntryExitTransition = way;
export const combineTransition = (): object => way;

/** What holds at a part of the way: styles as React Native has them, and how it is reached. */
interface Step {
  readonly easing?: EasingFunction;
  readonly opacity?: number;
  readonly transform?: readonly Readonly<Record<string, unknown>>[];
  readonly [name: string]: unknown;
}

const PLACES: Readonly<Record<string, number>> = { from: 0, to: 100 };
const IN_PIXELS = /^(?:translate[XY]|perspective)$/;

function cssTransform(rows: NonNullable<Step["transform"]>): string {
  const parts = rows.flatMap((row) => Object.entries(row));
  return parts
    .map(([name, value]) => `${name}(${String(value)}${IN_PIXELS.test(name) && typeof value === "number" ? "px" : ""})`)
    .join(" ");
}

function cssStep({ easing: _easing, transform, ...rest }: Step, offset: number): Keyframe {
  const styles = Object.entries(rest).map(([name, value]) => {
    const needsUnit = typeof value === "number" && !/opacity|zIndex|flex|lineHeight|aspectRatio/i.test(name);
    return [name, needsUnit ? `${value}px` : String(value)];
  });
  return { ...Object.fromEntries(styles), ...(transform && { transform: cssTransform(transform) }), offset };
}

/** A way that is drawn by its steps. */
function keyframeWay(definitions: Readonly<Record<string, Step>>): object {
  const rows = Object.entries(definitions)
    .map(([name, step]) => ({ offset: (PLACES[name] ?? Number(name)) / 100, step }))
    .sort((a, b) => a.offset - b.offset);
  const steps = rows.map(({ offset, step }, index) => {
    // Here a step says how it is reached; in a page, how it is left.
    const next = rows[index + 1]?.step.easing;
    return { ...cssStep(step, offset), ...(next && { easing: linearEasing(next) }) };
  });
  return wayOf({ ...plain, durationMs: 500, steps });
}

export const Keyframe = new Proxy(function Keyframe() {}, {
  construct: (_, [definitions]: [Readonly<Record<string, Step>>]) => keyframeWay(definitions),
});
