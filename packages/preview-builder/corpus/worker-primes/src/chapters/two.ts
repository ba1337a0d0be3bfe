export const title = "How to sieve";
export const body = "cross out the multiples";
