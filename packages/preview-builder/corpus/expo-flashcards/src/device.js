export const device = "computer";
