const WIDTH = 240;
const HEIGHT = 100;

/** The climb of a hike as a filled curve, drawn from heights between 0 and 100. */
export function ElevationProfile({ values }: { values: number[] }) {
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * WIDTH;
    return [x, HEIGHT - value * 0.75 - 6] as const;
  });
  const curve = points
    .map(([x, y], index) => {
      const before = points[index - 1];
      if (!before) return `M${x} ${y}`;
      const middle = (before[0] + x) / 2;
      return `C${middle} ${before[1]} ${middle} ${y} ${x} ${y}`;
    })
    .join(" ");

  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height="100%" preserveAspectRatio="none" aria-hidden="true">
      <path d={`${curve} V${HEIGHT} H0 Z`} fill="#17352e" opacity="0.82" />
      <path d={curve} fill="none" stroke="#f4b35f" strokeWidth="2.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
