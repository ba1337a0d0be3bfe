import "./badge.scss";
import { recipes } from "./recipes";

const cards = document.querySelector("#cards")!;
for (const { title, kind, minutes } of recipes) {
  const card = document.createElement("article");
  card.className = `is-${kind}`;
  card.innerHTML = `<h2>${title}</h2><p class="badge">${minutes} minutes</p>`;
  cards.append(card);
}
const total = recipes.reduce((sum, { minutes }) => sum + minutes, 0);
cards.append(`Together ${total} minutes`);
