export const where = "a server";
