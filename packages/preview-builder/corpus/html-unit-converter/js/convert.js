// Classic scripts share their globals, as pages have done for ever.
var kmPerMile = 1.609344;

function convert(amount, from) {
  return from === "mi" ? amount * kmPerMile : amount / kmPerMile;
}
