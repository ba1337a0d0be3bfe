/** A project by path. */
type Files = Readonly<Record<string, Uint8Array>>;

const importsOfCard = 3;
const cardsOfScreen = 12;
const cardsOfStyle = 20;

/** A component of some fifty lines that holds state, shows a list, and shows the components that come after it. */
function card(index: number, count: number): string {
  const others = Array.from({ length: importsOfCard }, (_, nth) => index * importsOfCard + nth + 1).filter(
    (other) => other < count,
  );
  const style = index % cardsOfStyle === 0;
  return `import { useCallback, useMemo, useState } from "react";
import type { CardProps } from "../types";
import { formatAmount, sortRows } from "../lib/format";
${others.map((other) => `import { Card${other} } from "./Card${other}";`).join("\n")}
${style ? `import styles from "./Card${index}.module.css";\n` : ""}
interface Row {
  readonly id: number;
  readonly label: string;
  readonly amount: number;
}

const initialRows: readonly Row[] = [
  { id: ${index}, label: "Rent of card ${index}", amount: ${index * 7 + 120} },
  { id: ${index + 1}, label: "Groceries and so on", amount: ${(index * 13) % 400} },
  { id: ${index + 2}, label: "Train to the sea", amount: ${(index * 29) % 250} },
];

/** Shows what card ${index} of the budget holds, and lets its owner add to it. */
export function Card${index}({ title, depth = 0, onChange }: CardProps) {
  const [rows, setRows] = useState(initialRows);
  const [isOpen, setIsOpen] = useState(depth < 2);
  const total = useMemo(() => rows.reduce((sum, { amount }) => sum + amount, 0), [rows]);
  const sorted = useMemo(() => sortRows(rows, (row) => row.amount), [rows]);

  const add = useCallback(() => {
    const row: Row = { id: rows.length + ${index}, label: \`Entry \${rows.length + 1}\`, amount: ${(index % 17) + 3} };
    setRows([...rows, row]);
    onChange?.({ card: ${index}, total: total + row.amount });
  }, [rows, total, onChange]);

  return (
    <section className={${style ? "styles.card" : `"card card-${index % 5}"`}} data-depth={depth}>
      <header>
        <h2>{title ?? "Card ${index}"}</h2>
        <button type="button" onClick={() => setIsOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? "Hide" : "Show"} {rows.length} entries, {formatAmount(total)}
        </button>
      </header>
      {isOpen && (
        <ul>
          {sorted.map((row) => (
            <li key={row.id} title={row.label}>
              {row.label}: <strong>{formatAmount(row.amount)}</strong>
            </li>
          ))}
        </ul>
      )}
      <button type="button" onClick={add}>Add an entry</button>
      ${others.map((other) => `{depth < 1 && <Card${other} title="Below ${index}" depth={depth + 1} onChange={onChange} />}`).join("\n      ")}
    </section>
  );
}
`;
}

/** A screen of several components, in a file of its own. */
function screen(index: number, count: number): string {
  const cards = Array.from({ length: cardsOfScreen }, (_, nth) => (index * cardsOfScreen + nth) % count);
  return `import { Suspense, useState } from "react";
import type { CardChange } from "../types";
${cards.map((number) => `import { Card${number} } from "../cards/Card${number}";`).join("\n")}

export default function Screen${index}() {
  const [changes, setChanges] = useState<CardChange[]>([]);
  const remember = (change: CardChange) => setChanges((earlier) => [...earlier.slice(-9), change]);
  return (
    <main aria-label="Screen ${index}">
      <h1>Screen ${index}</h1>
      <p>{changes.length === 0 ? "Nothing has changed yet." : \`\${changes.length} changes\`}</p>
      <Suspense fallback={<p>Loading</p>}>
        ${cards.map((number) => `<Card${number} onChange={remember} />`).join("\n        ")}
      </Suspense>
    </main>
  );
}
`;
}

const shared: Readonly<Record<string, string>> = {
  "index.html": `<!doctype html><html><head><title>Budget</title></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>`,
  "package.json": JSON.stringify({ name: "budget", dependencies: { react: "^19.0.0", "react-dom": "^19.0.0" } }),
  "tsconfig.json": JSON.stringify({ compilerOptions: { jsx: "react-jsx", strict: true, module: "esnext" } }),
  "src/types.ts": `import type { ReactNode } from "react";
export interface CardChange { readonly card: number; readonly total: number }
export interface CardProps {
  readonly title?: ReactNode;
  readonly depth?: number;
  readonly onChange?: ((change: CardChange) => void) | undefined;
}
`,
  "src/lib/format.ts": `const format = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
export const formatAmount = (amount: number): string => format.format(amount);
export function sortRows<Row>(rows: readonly Row[], by: (row: Row) => number): Row[] {
  return [...rows].sort((a, b) => by(b) - by(a));
}
`,
  "src/main.tsx": `import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import App from "./App";
import "./base.css";
createRoot(document.getElementById("root")!).render(<StrictMode><App /></StrictMode>);
`,
  "src/base.css": `body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }\n.card { padding: 1rem; border: 1px solid #ddd; }\n`,
};

function app(screens: number): string {
  const numbers = Array.from({ length: screens }, (_, index) => index);
  return `import { useState } from "react";
${numbers.map((index) => `import Screen${index} from "./screens/Screen${index}";`).join("\n")}

const screens = [${numbers.map((index) => `Screen${index}`).join(", ")}];

export default function App() {
  const [index, setIndex] = useState(0);
  const Screen = screens[index] ?? Screen0;
  return (
    <>
      <nav>{screens.map((_, at) => <button key={at} onClick={() => setIndex(at)}>{at + 1}</button>)}</nav>
      <Screen />
    </>
  );
}
`;
}

/** A React app of so many TypeScript files: components that show each other, screens of them, and some styles. */
export function reactAppProject(count: number): Files {
  // Of main, App, two of shared code, screens, and cards.
  const screens = Math.max(1, Math.floor((count - 4) / (cardsOfScreen + 1)));
  const cards = Math.max(1, count - 4 - screens);
  const texts: Record<string, string> = { ...shared, "src/App.tsx": app(screens) };
  for (let index = 0; index < screens; index++) texts[`src/screens/Screen${index}.tsx`] = screen(index, cards);
  for (let index = 0; index < cards; index++) {
    texts[`src/cards/Card${index}.tsx`] = card(index, cards);
    if (index % cardsOfStyle === 0)
      texts[`src/cards/Card${index}.module.css`] =
        `.card { padding: ${index % 9}px; color: #${(index * 3911 + 100000) % 900000}; }\n`;
  }
  return Object.fromEntries(Object.entries(texts).map(([file, text]) => [file, Buffer.from(text)]));
}
