const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** One number of a source map's segment (ECMA-426): five bits a digit, the lowest first, the sign in the lowest bit of all. */
export function encodeNumber(number: number): string {
  let rest = number < 0 ? -number * 2 + 1 : number * 2;
  let digits = "";
  do {
    const isLast = rest < 32;
    digits += DIGITS.charAt((rest & 31) | (isLast ? 0 : 32));
    rest >>>= 5;
  } while (rest > 0);
  return digits;
}
