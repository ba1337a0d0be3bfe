/**
 * Runs each of several measurements once a round, beginning with another one each time, so that neither the order nor what else the machine
 * does in a round speaks for one of them.
 *
 * @example
 * const samples = await inRounds(5, { ours: () => measure(api), peer: () => measure(peer) });
 * medianRatio(samples.peer.map(({ cpuMs }) => cpuMs), samples.ours.map(({ cpuMs }) => cpuMs));
 */
export async function inRounds<Name extends string, Sample>(
  rounds: number,
  runs: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(runs) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) samples[name].push(await runs[name]());
  }
  return samples;
}
