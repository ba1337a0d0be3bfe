export const colors = { paper: "#fff", faint: "#8a8a8e" };
