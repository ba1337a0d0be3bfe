var from = "mi";
var amount = document.getElementById("amount");

function show() {
  var to = from === "mi" ? "km" : "mi";
  var value = convert(Number(amount.value), from);
  document.getElementById("answer").textContent = amount.value + " " + from + " = " + value.toFixed(2) + " " + to;
}

amount.addEventListener("input", show);
document.getElementById("swap").addEventListener("click", function () {
  from = from === "mi" ? "km" : "mi";
  show();
});
show();
