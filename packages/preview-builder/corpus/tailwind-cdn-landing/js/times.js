var shown = 0;

function show(times) {
  document.getElementById("next").textContent = "Next boat at " + times[shown % times.length];
  document.getElementById("next").className = "mt-2 text-deck-light";
}

fetch("/data/times.json")
  .then(function (response) {
    return response.json();
  })
  .then(function (data) {
    show(data.times);
    document.getElementById("later").addEventListener("click", function () {
      shown += 1;
      show(data.times);
      var color = getComputedStyle(document.getElementById("later")).backgroundColor;
      document.getElementById("styled").textContent = color === "rgb(20, 52, 43)" ? "as green as the deck" : color;
    });
  });
