/** A value on its way: told of each step until it is there, or stopped. */
export interface Animation {
  readonly isAnimation: true;
  /** What it goes to; undefined where that is not one value. */
  readonly target: unknown;
  /** Answers a function that stops it. */
  start(from: unknown, steps: { onStep: (value: unknown) => void; onEnd: (isFinished: boolean) => void }): () => void;
}

type Callback = ((isFinished: boolean, value?: unknown) => void) | undefined;
export type EasingFunction = (progress: number) => number;

export function isAnimation(value: unknown): value is Animation {
  return typeof value === "object" && value !== null && "isAnimation" in value;
}

function animation(target: unknown, callback: Callback, start: Animation["start"]): Animation {
  return {
    isAnimation: true,
    target,
    start: (from, { onStep, onEnd }) =>
      start(from, {
        onStep,
        onEnd: (isFinished) => {
          callback?.(isFinished, target);
          onEnd(isFinished);
        },
      }),
  };
}

/** Calls `step` with the milliseconds since the start, frame by frame, until it answers true. */
function frames(
  step: (elapsedMs: number, sinceLastMs: number) => boolean,
  onEnd: (isFinished: boolean) => void,
): () => void {
  const startedAt = performance.now();
  let last = startedAt;
  let frame = 0;
  const next = (): void => {
    const now = performance.now();
    const isOver = step(now - startedAt, now - last);
    last = now;
    if (isOver) onEnd(true);
    else frame = requestAnimationFrame(next);
  };
  frame = requestAnimationFrame(next);
  return () => {
    cancelAnimationFrame(frame);
    onEnd(false);
  };
}

const cubic = (x: number): number => x * x * x;
const outOf =
  (easing: EasingFunction): EasingFunction =>
  (t) =>
    1 - easing(1 - t);
const inOutOf =
  (easing: EasingFunction): EasingFunction =>
  (t) =>
    t < 0.5 ? easing(t * 2) / 2 : 1 - easing((1 - t) * 2) / 2;

/** A curve of CSS, found by halving: `x1 y1` and `x2 y2` are its handles. */
function bezier(...[x1 = 0, y1 = 0, x2 = 1, y2 = 1]: readonly number[]): EasingFunction {
  const at = (a: number, b: number, t: number): number => 3 * a * (1 - t) ** 2 * t + 3 * b * (1 - t) * t ** 2 + t ** 3;
  return (x) => {
    let [low, high] = [0, 1];
    for (let count = 0; count < 30; count++) {
      const middle = (low + high) / 2;
      if (at(x1, x2, middle) < x) low = middle;
      else high = middle;
    }
    return at(y1, y2, (low + high) / 2);
  };
}

const bounceOut: EasingFunction = (t) => {
  const [n, d] = [7.5625, 2.75];
  if (t < 1 / d) return n * t * t;
  if (t < 2 / d) return n * (t - 1.5 / d) ** 2 + 0.75;
  if (t < 2.5 / d) return n * (t - 2.25 / d) ** 2 + 0.9375;
  return n * (t - 2.625 / d) ** 2 + 0.984375;
};

/** The curve as CSS has it, by points that lie close. */
export function linearEasing(easing: EasingFunction): string {
  const points = Array.from({ length: 41 }, (_, index) => easing(index / 40).toFixed(4));
  return `linear(${points.join(", ")})`;
}

export const Easing = {
  linear: (t: number) => t,
  ease: bezier(0.42, 0, 1, 1),
  quad: (t: number) => t * t,
  cubic,
  poly:
    (power: number): EasingFunction =>
    (t) =>
      t ** power,
  sin: (t: number) => 1 - Math.cos((t * Math.PI) / 2),
  circle: (t: number) => 1 - Math.sqrt(1 - t * t),
  exp: (t: number) => 2 ** (10 * (t - 1)),
  elastic:
    (bounciness = 1): EasingFunction =>
    (t) =>
      1 - Math.cos((t * Math.PI) / 2) ** 3 * Math.cos(t * bounciness * Math.PI),
  back:
    (s = 1.70158): EasingFunction =>
    (t) =>
      t * t * ((s + 1) * t - s),
  bounce: outOf(bounceOut),
  bezier,
  bezierFn: bezier,
  steps:
    (count = 10): EasingFunction =>
    (t) =>
      Math.ceil(t * count) / count,
  in: (easing: EasingFunction) => easing,
  out: outOf,
  inOut: inOutOf,
};

function channels(color: string): number[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (canvas === null) return [0, 0, 0, 1];
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

/** A value between two: numbers, numbers with a unit, colors. */
export function between(from: unknown, to: unknown, progress: number): unknown {
  if (typeof from === "number" && typeof to === "number") return from + (to - from) * progress;
  if (typeof to !== "string" || typeof from !== "string") return progress < 1 ? from : to;
  const [a, b] = [/^(-?[\d.]+)(%|deg|rad|px)?$/.exec(from), /^(-?[\d.]+)(%|deg|rad|px)?$/.exec(to)];
  if (a !== null && b !== null) return `${Number(a[1]) + (Number(b[1]) - Number(a[1])) * progress}${b[2] ?? ""}`;
  const [start, end] = [channels(from), channels(to)];
  const mixed = start.map((channel, index) => channel + ((end[index] ?? 0) - channel) * progress);
  return `rgba(${mixed.map((channel, index) => (index < 3 ? Math.round(channel) : channel)).join(", ")})`;
}

interface TimingConfig {
  readonly duration?: number;
  readonly easing?: EasingFunction;
}

export function withTiming(
  to: unknown,
  { duration = 300, easing = inOutOf(Easing.quad) }: TimingConfig = {},
  callback?: Callback,
) {
  return animation(to, callback, (from, { onStep, onEnd }) =>
    frames((elapsed) => {
      const progress = duration <= 0 ? 1 : Math.min(1, elapsed / duration);
      onStep(progress === 1 ? to : between(from, to, easing(progress)));
      return progress === 1;
    }, onEnd),
  );
}

interface SpringConfig {
  readonly damping?: number;
  readonly stiffness?: number;
  readonly mass?: number;
  readonly velocity?: number;
  readonly overshootClamping?: boolean;
}

export function withSpring(to: unknown, config: SpringConfig = {}, callback?: Callback) {
  const { damping = 20, stiffness = 180, mass = 1, overshootClamping = false } = config;
  return animation(to, callback, (from, { onStep, onEnd }) => {
    // Of the way from 0 to 1, whatever it is a way between.
    let [place, velocity, spent] = [0, 0, 0];
    return frames((elapsed) => {
      for (; spent < Math.min(elapsed, 10_000); spent += 2) {
        velocity += ((stiffness * (1 - place) - damping * velocity) / mass) * 0.002;
        place += velocity * 0.002;
      }
      const isAtRest = Math.abs(1 - place) < 0.001 && Math.abs(velocity) < 0.01;
      const isOver = isAtRest || elapsed > 10_000 || (overshootClamping && place >= 1);
      onStep(isOver ? to : between(from, to, place));
      return isOver;
    }, onEnd);
  });
}

export function withDecay(
  {
    velocity = 0,
    deceleration = 0.998,
    clamp,
  }: { velocity?: number; deceleration?: number; clamp?: readonly [number, number] },
  callback?: Callback,
) {
  return animation(undefined, callback, (from, { onStep, onEnd }) => {
    let [value, speed] = [Number(from), velocity];
    return frames((_, sinceLast) => {
      speed *= deceleration ** sinceLast;
      value += (speed * sinceLast) / 1_000;
      if (clamp !== undefined) value = Math.min(clamp[1], Math.max(clamp[0], value));
      onStep(value);
      return Math.abs(speed) < 1;
    }, onEnd);
  });
}

function asAnimation(value: unknown): Animation {
  return isAnimation(value) ? value : withTiming(value, { duration: 0 });
}

export function withDelay(delayMs: number, next: unknown) {
  const inner = asAnimation(next);
  return animation(inner.target, undefined, (from, steps) => {
    let stop: (() => void) | undefined;
    const timer = setTimeout(() => (stop = inner.start(from, steps)), delayMs);
    return () => {
      clearTimeout(timer);
      if (stop === undefined) steps.onEnd(false);
      else stop();
    };
  });
}

export function withSequence(...values: readonly unknown[]) {
  const inner = values.map(asAnimation);
  return animation(inner.at(-1)?.target, undefined, (from, { onStep, onEnd }) => {
    let [current, isStopped] = [from, false];
    let stop = (): void => undefined;
    const run = (index: number): void => {
      const next = inner[index];
      if (next === undefined) return onEnd(true);
      stop = next.start(current, {
        onStep: (value) => onStep((current = value)),
        onEnd: (isFinished) => (isFinished && !isStopped ? run(index + 1) : onEnd(false)),
      });
    };
    run(0);
    return () => {
      isStopped = true;
      stop();
    };
  });
}

export function withRepeat(value: unknown, count = 2, ...[reverse = false, callback]: readonly [boolean?, Callback?]) {
  const inner = asAnimation(value);
  return animation(inner.target, callback, (from, { onStep, onEnd }) => {
    let stop = (): void => undefined;
    let isStopped = false;
    const run = (done: number): void => {
      if (count > 0 && done >= count) return onEnd(true);
      const isBack = reverse && done % 2 === 1;
      let [start, next] = [from, inner];
      if (isBack) [start, next] = [inner.target, backTo(inner, from)];
      stop = next.start(start, {
        onStep,
        onEnd: (isFinished) => (isFinished && !isStopped ? run(done + 1) : onEnd(false)),
      });
    };
    run(0);
    return () => {
      isStopped = true;
      stop();
    };
  });
}

/** The same way in the other direction. */
function backTo(forth: Animation, from: unknown): Animation {
  return animation(from, undefined, (start, steps) =>
    forth.start(0, {
      ...steps,
      onStep: (value) => {
        const isNumber = typeof value === "number" && typeof forth.target === "number" && forth.target !== 0;
        steps.onStep(isNumber ? between(start, from, value / forth.target) : value);
      },
    }),
  );
}
