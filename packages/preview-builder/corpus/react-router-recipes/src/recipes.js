import soups from "./soups.json";

export const recipes = {
  ...soups,
  "flat-bread": { title: "Flat bread", steps: ["Knead", "Rest for an hour", "Fry without fat"] },
};
