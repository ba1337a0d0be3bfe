import { createMemo, createSignal, For, Show } from "solid-js";
import { Column } from "./Column";
import { createBoard } from "./board";

export function App(props: { title: string }) {
  const board = createBoard(["Write the text", "Choose a picture"]);
  const [isOnlyOpen, setOnlyOpen] = createSignal(false);
  const done = createMemo(() => board.cards.filter((card) => card.isDone));
  const columns = [
    { name: "To do", cards: () => board.cards.filter((card) => !card.isDone) },
    { name: "Done", cards: () => (isOnlyOpen() ? [] : done()), count: () => done().length },
  ];
  return (
    <main>
      <h1>{props.title}</h1>
      <label>
        <input type="checkbox" checked={isOnlyOpen()} onChange={(event) => setOnlyOpen(event.currentTarget.checked)} />
        Only open cards
      </label>
      <div class="columns">
        <For each={columns}>
          {(column) => (
            <Column
              name={column.name}
              count={column.count?.() ?? column.cards().length}
              cards={column.cards()}
              onMove={board.move}
            />
          )}
        </For>
      </div>
      <Show when={isOnlyOpen() && done().length > 0} fallback={<p>All shown</p>}>
        <p style={{ color: "#64748b" }}>{done().length} hidden</p>
      </Show>
    </main>
  );
}
