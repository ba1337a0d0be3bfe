export function primesBelow(limit: number): number[] {
  const isPrime = new Uint8Array(limit).fill(1);
  const found: number[] = [];
  for (let n = 2; n < limit; n++) {
    if (!isPrime[n]) continue;
    found.push(n);
    for (let multiple = n * n; multiple < limit; multiple += n) isPrime[multiple] = 0;
  }
  return found;
}
