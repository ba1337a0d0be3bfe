import { createContext } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { Tips } from "./tips";

const Unit = createContext("g");
const ingredients = [
  { name: "Flour", grams: 50 },
  { name: "Milk", grams: 75 },
];

function Ingredient({ name, grams }) {
  const unit = useContext(Unit);
  return (
    <li>
      {name}: {unit === "g" ? grams : (grams / 28.35).toFixed(1)} {unit}
    </li>
  );
}

export function App() {
  const [people, setPeople] = useState(4);
  const [unit, setUnit] = useState("g");
  const scaled = useMemo(() => ingredients.map((row) => ({ ...row, grams: row.grams * people })), [people]);
  return (
    <Unit.Provider value={unit}>
      <main class="card">
        <h1>Pancakes</h1>
        <p>for {people}</p>
        <ul>
          {scaled.map((row) => (
            <Ingredient key={row.name} {...row} />
          ))}
        </ul>
        <button onClick={() => setPeople(people + 2)}>Two more</button>
        <button onClick={() => setUnit("g")}>Metric</button>
        <button onClick={() => setUnit("oz")}>Ounces</button>
        <Tips />
      </main>
    </Unit.Provider>
  );
}
