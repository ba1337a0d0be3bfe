export interface Item {
  id: string;
  name: string;
  note?: string;
  done: boolean;
}

export const initialItems: Item[] = [
  { id: "milk", name: "Oat milk", note: "2 cartons", done: false },
  { id: "bread", name: "Rye bread", note: "sliced, from the corner bakery", done: true },
  { id: "tomatoes", name: "Tomatoes", note: "500 g, ripe", done: false },
  { id: "basil", name: "Basil", done: false },
  { id: "coffee", name: "Coffee beans", note: "medium roast", done: false },
];
