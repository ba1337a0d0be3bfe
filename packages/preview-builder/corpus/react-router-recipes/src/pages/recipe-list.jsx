import { Link } from "react-router-dom";

export function RecipeList({ recipes }) {
  return (
    <main>
      <h1>Recipes</h1>
      <ul>
        {Object.entries(recipes).map(([slug, { title }]) => (
          <li key={slug}><Link to={`/recipes/${slug}`}>{title}</Link></li>
        ))}
      </ul>
    </main>
  );
}
