import { primesBelow } from "./sieve";

self.addEventListener("message", ({ data }: MessageEvent<{ limit: number }>) => {
  const primes = primesBelow(data.limit);
  self.postMessage({ count: primes.length, largest: primes.at(-1) });
});
