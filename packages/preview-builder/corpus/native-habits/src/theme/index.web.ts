export const colors = { paper: "#f4f4f5", faint: "#71717a" };
