import { createStore, produce } from "solid-js/store";

export type Card = { id: number; text: string; isDone: boolean };

export function createBoard(texts: readonly string[]) {
  const [cards, setCards] = createStore<Card[]>(texts.map((text, id) => ({ id, text, isDone: false })));
  const move = (id: number): void =>
    setCards(
      produce((all) => {
        const card = all.find((each) => each.id === id);
        if (card) card.isDone = !card.isDone;
      }),
    );
  return { cards, move };
}
