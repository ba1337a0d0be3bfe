export const colors = {
  paper: "#f7f4ee",
  card: "#ffffff",
  ink: "#1f2a24",
  muted: "#7b857d",
  line: "#e6e1d6",
  leaf: "#2f7d55",
  leafSoft: "#dcebe0",
  carrot: "#e8793b",
};

export const space = { xs: 6, s: 10, m: 20, l: 28 };

export const radius = { card: 16, pill: 999 };

export const shadow = { boxShadow: "0 1px 2px rgba(31, 42, 36, 0.05), 0 6px 18px rgba(31, 42, 36, 0.06)" };
