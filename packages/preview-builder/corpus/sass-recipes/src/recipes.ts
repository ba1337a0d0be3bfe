export interface Recipe {
  readonly title: string;
  readonly kind: "herb" | "spice";
  readonly minutes: number;
}

export const recipes: readonly Recipe[] = [
  { title: "Parsley soup", kind: "herb", minutes: 25 },
  { title: "Paprika stew", kind: "spice", minutes: 90 },
];
