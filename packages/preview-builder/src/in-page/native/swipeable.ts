import { createElement, useImperativeHandle, useRef, useState } from "react";
import type { ReactNode, Ref } from "react";
import { View } from "react-native-web";
import { Gesture, GestureDetector } from "react-native-gesture-handler";

type Side = "left" | "right";
/** Given numbers that follow the drag, as code that draws by them expects; they stand still here. */
type Actions = (progress: unknown, drag: unknown, methods: SwipeableMethods) => ReactNode;

interface SwipeableMethods {
  close: () => void;
  openLeft: () => void;
  openRight: () => void;
  reset: () => void;
}

interface SwipeableProps {
  readonly ref?: Ref<SwipeableMethods>;
  readonly children?: ReactNode;
  readonly renderLeftActions?: Actions;
  readonly renderRightActions?: Actions;
  readonly onSwipeableOpen?: (side: Side, methods: SwipeableMethods) => void;
  readonly onSwipeableClose?: (side: Side, methods: SwipeableMethods) => void;
  readonly containerStyle?: unknown;
  readonly childrenContainerStyle?: unknown;
}

const still = { value: 1, get: () => 1, interpolate: () => 1 };

/** A row that is dragged aside to show what can be done with it. */
export default function Swipeable(props: SwipeableProps): ReactNode {
  const { renderLeftActions, renderRightActions, onSwipeableOpen, onSwipeableClose } = props;
  const [offset, setOffset] = useState(0);
  const widths = useRef({ left: 0, right: 0 });
  const base = useRef(0);
  const rest = (to: number): void => {
    const before = base.current;
    base.current = to;
    setOffset(to);
    if (to !== 0 && to !== before) onSwipeableOpen?.(to > 0 ? "left" : "right", methods);
    if (to === 0 && before !== 0) onSwipeableClose?.(before > 0 ? "left" : "right", methods);
  };
  const methods: SwipeableMethods = {
    close: () => rest(0),
    reset: () => rest(0),
    openLeft: () => rest(widths.current.left),
    openRight: () => rest(-widths.current.right),
  };
  useImperativeHandle(props.ref, () => methods);
  const pan = Gesture.Pan()
    .runOnJS(true)
    .activeOffsetX([-10, 10])
    .onUpdate(({ translationX }: { translationX: number }) => {
      const { left, right } = widths.current;
      setOffset(Math.min(left, Math.max(-right, base.current + translationX)));
    })
    .onEnd(({ translationX }: { translationX: number }) => {
      const { left, right } = widths.current;
      const at = base.current + translationX;
      rest(at > left / 2 && left > 0 ? left : at < -right / 2 && right > 0 ? -right : 0);
    });
  const actionsOf = (side: Side, render: Actions | undefined): ReactNode => {
    if (render === undefined) return null;
    const measure = ({ nativeEvent }: { nativeEvent: { layout: { width: number } } }): void => {
      widths.current[side] = nativeEvent.layout.width;
    };
    const place = { position: "absolute", top: 0, bottom: 0, [side]: 0, flexDirection: "row" };
    return createElement(View, { key: side, style: place, onLayout: measure }, render(still, still, methods));
  };
  const moved = { transform: [{ translateX: offset }], transitionDuration: "150ms", transitionProperty: "transform" };
  const row = createElement(View, { style: [props.childrenContainerStyle, moved] }, props.children);
  return createElement(
    View,
    { style: [{ overflow: "hidden" }, props.containerStyle] },
    actionsOf("left", renderLeftActions),
    actionsOf("right", renderRightActions),
    createElement(GestureDetector, { gesture: pan }, row),
  );
}
