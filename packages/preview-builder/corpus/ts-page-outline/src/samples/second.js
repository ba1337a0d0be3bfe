export default `<h2>Older <em>news</em></h2><p>0.9.0, then 0.8.12</p>`;
