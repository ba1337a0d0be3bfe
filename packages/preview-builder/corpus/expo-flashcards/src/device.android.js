export const device = "Android phone";
