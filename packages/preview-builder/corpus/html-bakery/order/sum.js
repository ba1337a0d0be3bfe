const prices = await (await fetch("prices.json")).json();
const loaves = document.querySelector("[name=loaves]");
const show = () => {
  document.querySelector("#sum").textContent = `${loaves.value} loaves of rye: ${(loaves.value * prices.Rye).toFixed(2)}`;
};
loaves.addEventListener("input", show);
show();
