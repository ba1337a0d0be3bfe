/** The mark of HiveSync, as on its other pages. */
export function BrandMark({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden style={{ flex: "none" }}>
      <path fill="#f0a81c" d="M16 2l12.1 7v14L16 30 3.9 23V9z" />
      <path fill="#fff" d="M13 11.2v9.6l8-4.8z" />
    </svg>
  );
}
