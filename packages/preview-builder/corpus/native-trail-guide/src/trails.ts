export interface Trail {
  id: string;
  name: string;
  km: number;
  climbs: number[];
}

export type RootParams = { List: undefined; Detail: { trail: Trail } };

export const trails: Trail[] = [
  { id: "ridge", name: "Ridge loop", km: 12.4, climbs: [120, 340, 280, 510, 460, 180] },
  { id: "lake", name: "Lake shore", km: 6.1, climbs: [20, 35, 30, 42, 28, 22] },
  { id: "falls", name: "Three falls", km: 9.8, climbs: [80, 160, 240, 420, 300, 90] },
];
