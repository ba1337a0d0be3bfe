// Scales the recipe, and remembers what has been ticked off.
var loaves = 1;
var MOST_LOAVES = 6;

function show() {
  document.getElementById("loaves").textContent = loaves + (loaves === 1 ? " loaf" : " loaves");
  document.querySelectorAll("[data-grams]").forEach(function (cell) {
    cell.textContent = Number(cell.dataset.grams) * loaves + " g";
  });
  document.querySelectorAll("[data-step]").forEach(function (button) {
    var next = loaves + Number(button.dataset.step);
    button.disabled = next < 1 || next > MOST_LOAVES;
  });
}

document.querySelectorAll("[data-step]").forEach(function (button) {
  button.addEventListener("click", function () {
    loaves += Number(button.dataset.step);
    show();
  });
});

document.querySelectorAll(".ingredients input").forEach(function (box, index) {
  var key = "ticked-" + index;
  box.checked = localStorage.getItem(key) === "yes";
  box.addEventListener("change", function () {
    localStorage.setItem(key, box.checked ? "yes" : "no");
  });
});

show();
