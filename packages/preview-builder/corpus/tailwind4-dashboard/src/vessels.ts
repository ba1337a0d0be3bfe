export interface Vessel {
  readonly name: string;
  readonly berth: string;
  readonly minutesLate: number;
}

export const vessels: readonly Vessel[] = [
  { name: "Ingrid", berth: "North 2", minutesLate: 0 },
  { name: "Halcyon", berth: "East 1", minutesLate: 35 },
  { name: "Sula", berth: "North 4", minutesLate: 5 },
];
