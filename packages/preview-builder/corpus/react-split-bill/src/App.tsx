import { lazy, Suspense, useReducer, useState } from "react";
import { GuestList } from "@/components/GuestList";
import { guestsReducer, initialGuests } from "@/guests";
import { euros } from "@/money";

// Only loaded by those who tip.
const Tip = lazy(() => import("@/components/Tip"));
const bill = 60;

export function App() {
  const [guests, dispatch] = useReducer(guestsReducer, initialGuests);
  const [hasTip, setHasTip] = useState(false);
  return (
    <main>
      <h1>Split the bill</h1>
      <GuestList guests={guests} onRemove={(id) => dispatch({ type: "removed", id })} />
      <button onClick={() => dispatch({ type: "added" })}>Add a guest</button>
      <p>Each pays {euros(bill / guests.length)}</p>
      <button onClick={() => setHasTip(!hasTip)}>{hasTip ? "Hide the tip" : "Show the tip"}</button>
      {hasTip && (
        <Suspense fallback={<p>…</p>}>
          <Tip bill={bill} />
        </Suspense>
      )}
    </main>
  );
}
