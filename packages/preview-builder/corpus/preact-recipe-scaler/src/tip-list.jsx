export default () => <p>Let the batter rest.</p>;
