export interface Photo {
  title: string;
  place: string;
  hue: number;
}

export const photos: Photo[] = [
  { title: "Fjord", place: "Norway", hue: 200 },
  { title: "Dune", place: "Namibia", hue: 30 },
];
