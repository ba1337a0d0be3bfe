export const cards = [
  { german: "der Hund", english: "the dog" },
  { german: "die Katze", english: "the cat" },
  { german: "das Pferd", english: "the horse" },
];
