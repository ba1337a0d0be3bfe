import { Link, Outlet, useLocation } from "react-router-dom";

export function Layout() {
  const { pathname } = useLocation();
  return (
    <>
      <nav><Link to="/">All recipes</Link></nav>
      <Outlet />
      <footer>Path is {pathname}</footer>
    </>
  );
}
