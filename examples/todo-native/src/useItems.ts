import { useReducer, useRef } from "react";

import { initialItems, type Item } from "./items";

export type Filter = "all" | "open" | "done";

type Action = { type: "add"; item: Item } | { type: "toggle"; id: string } | { type: "remove"; id: string };

function reduce(items: Item[], action: Action): Item[] {
  switch (action.type) {
    case "add":
      return [action.item, ...items];
    case "toggle":
      return items.map((item) => (item.id === action.id ? { ...item, done: !item.done } : item));
    case "remove":
      return items.filter((item) => item.id !== action.id);
  }
}

export function useItems() {
  const [items, dispatch] = useReducer(reduce, initialItems);
  const nextId = useRef(1);

  return {
    items,
    add: (name: string) => dispatch({ type: "add", item: { id: `new-${nextId.current++}`, name, done: false } }),
    toggle: (id: string) => dispatch({ type: "toggle", id }),
    remove: (id: string) => dispatch({ type: "remove", id }),
  };
}
