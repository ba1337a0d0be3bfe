export const palette = { paper: "#fbf7ef", ink: { DEFAULT: "#2b2118", soft: "#6b5b4b" } };
