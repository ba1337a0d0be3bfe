import data from "./hikes.json";

export type Effort = "easy" | "steady" | "steep";

export interface Hike {
  id: string;
  name: string;
  place: string;
  effort: Effort;
  kilometres: number;
  climb: number;
  minutes: number;
  profile: number[];
}

export const hikes = data as Hike[];

export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
