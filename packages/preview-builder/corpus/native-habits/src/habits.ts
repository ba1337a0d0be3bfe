export interface Habit {
  readonly id: string;
  readonly title: string;
}

export const sections: { title: string; data: Habit[] }[] = [
  { title: "MORNING", data: [{ id: "walk", title: "Walk" }, { id: "water", title: "A glass of water" }] },
  { title: "EVENING", data: [{ id: "read", title: "Read ten pages" }] },
];
