import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router-dom";
import { Layout } from "./layout.jsx";
import { RecipeList } from "./pages/recipe-list.jsx";
import { Recipe } from "./pages/recipe.jsx";
import { recipes } from "./recipes.js";

const router = createBrowserRouter([
  {
    element: <Layout />,
    children: [
      { path: "/", element: <RecipeList recipes={recipes} /> },
      { path: "/recipes/:slug", loader: ({ params }) => recipes[params.slug], element: <Recipe /> },
      { path: "*", element: <p>There is no such page.</p> },
    ],
  },
]);

createRoot(document.getElementById("app")).render(<RouterProvider router={router} />);
