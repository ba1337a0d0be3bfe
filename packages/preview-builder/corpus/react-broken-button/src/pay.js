class CardError extends Error {
  name = "CardError";
}

export function pay(total) {
  if (total > 10) throw new CardError("Card 4242 was refused");
}
