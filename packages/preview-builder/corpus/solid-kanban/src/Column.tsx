import { For, mergeProps, type Component } from "solid-js";
import type { Card } from "./board";

interface ColumnProps {
  name: string;
  count: number;
  cards: readonly Card[];
  onMove?: (id: number) => void;
}

export const Column: Component<ColumnProps> = (given) => {
  const props = mergeProps({ onMove: (_id: number): void => {} }, given);
  return (
    <section classList={{ empty: props.cards.length === 0 }}>
      <h2>
        {props.name} ({props.count})
      </h2>
      <ul>
        <For each={props.cards}>
          {(card) => (
            <li>
              {card.text}{" "}
              <button type="button" aria-label={`Move ${card.text}`} on:click={() => props.onMove(card.id)}>
                →
              </button>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
};
