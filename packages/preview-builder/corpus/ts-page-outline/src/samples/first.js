export default `<h1>Notes &amp; changes</h1><p>1.2.0 and 1.10.3 are out.</p><h2>Fixed</h2><p>1.9.9 too.</p>`;
