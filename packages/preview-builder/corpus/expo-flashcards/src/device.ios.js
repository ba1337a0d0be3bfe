export const device = "iPhone";
