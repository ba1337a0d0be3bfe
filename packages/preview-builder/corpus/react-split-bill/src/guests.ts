export interface Guest {
  readonly id: number;
  readonly name: string;
}

type Action = { type: "added" } | { type: "removed"; id: number };

export const initialGuests: readonly Guest[] = [
  { id: 1, name: "Ada" },
  { id: 2, name: "Grace" },
  { id: 3, name: "Edsger" },
];

export function guestsReducer(guests: readonly Guest[], action: Action): readonly Guest[] {
  if (action.type === "removed") return guests.filter(({ id }) => id !== action.id);
  const id = Math.max(0, ...guests.map((guest) => guest.id)) + 1;
  return [...guests, { id, name: `Guest ${id}` }];
}
