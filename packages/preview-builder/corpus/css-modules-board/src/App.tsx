import { useState } from "react";
import { Column } from "./Column";
import layout, { header } from "./App.module.css";
import tokens from "./tokens.module.scss";

const START = { Backlog: ["Write the brief", "Sketch screens"], Doing: ["Interview users"], Done: ["Pick a name"] };

export function App() {
  const [columns, setColumns] = useState<Record<string, string[]>>(START);
  const finish = (): void => {
    const [first, ...rest] = columns["Doing"] ?? [];
    if (first) setColumns({ ...columns, Doing: rest, Done: [...(columns["Done"] ?? []), first] });
  };
  return (
    <div className={layout.page}>
      <header className={header}>
        <h1>Team board</h1>
        <button className={layout["primary-button"]} onClick={finish}>
          Finish next
        </button>
      </header>
      <div className={layout.columns}>
        {Object.entries(columns).map(([name, cards]) => (
          <Column key={name} name={name} cards={cards} />
        ))}
      </div>
      <footer>Accent {tokens.accent}</footer>
    </div>
  );
}
