export const title = "What a prime is";
export const body = "divisible by one and itself";
