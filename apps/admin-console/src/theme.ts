import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

// The colours of HiveSync's other pages: honey on warm greys.
const honey: MantineColorsTuple = [
  "#fff8e8",
  "#fdeecb",
  "#fae09f",
  "#f7ce6b",
  "#f5bd43",
  "#f0a81c",
  "#c98508",
  "#9a6200",
  "#7d4d00",
  "#5f3a00",
];
const gray: MantineColorsTuple = [
  "#faf9f6",
  "#f5f3ef",
  "#ece8e1",
  "#e0dbd2",
  "#cbc4b8",
  "#a89f92",
  "#857b6e",
  "#665e54",
  "#453f38",
  "#26221e",
];
const dark: MantineColorsTuple = [
  "#ece7df",
  "#c7c0b5",
  "#a69e93",
  "#8b8378",
  "#3c3731",
  "#302c27",
  "#24211d",
  "#1c1a17",
  "#141210",
  "#0e0d0b",
];

// Menus and lists open in there, so that they belong to the page's main part for those who hear it.
const popups = "#popups";

const title = { fontSize: "0.9375rem", fontWeight: 620 };

export const theme = createTheme({
  colors: { honey, gray, dark },
  primaryColor: "honey",
  primaryShade: { light: 5, dark: 5 },
  autoContrast: true,
  black: "#1f1b17",
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.4" },
      h2: { fontSize: "0.9375rem", lineHeight: "1.4" },
      h3: { fontSize: "0.875rem", lineHeight: "1.4" },
    },
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: {
      defaultProps: {
        size: "sm",
        allowDeselect: false,
        checkIconPosition: "right",
        comboboxProps: { portalProps: { target: popups } },
      },
    },
    Autocomplete: { defaultProps: { comboboxProps: { portalProps: { target: popups } } } },
    // The placeholder that takes the first focus is a child that a menu must not have: an item of each takes it.
    Popover: { defaultProps: { portalProps: { target: popups } } },
    Menu: {
      defaultProps: { portalProps: { target: popups }, withInitialFocusPlaceholder: false },
    },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: { defaultProps: { centered: true, radius: "lg", transitionProps: { duration: 120 }, styles: { title } } },
    Drawer: { defaultProps: { position: "right", transitionProps: { duration: 150 }, styles: { title } } },
  },
});

/** Mantine's own choices where text would be too faint on our greys, and the colours that charts and badges of ours use. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--ground": colors["gray"]?.[1] ?? "",
    "--line": colors["gray"]?.[3] ?? "",
    "--mantine-color-default-border": colors["gray"]?.[3] ?? "",
    "--mantine-color-dimmed": colors["gray"]?.[7] ?? "",
    "--mantine-color-placeholder": "#756c61",
    "--mantine-color-error": "#c22f26",
    "--mantine-color-honey-text": colors["honey"]?.[7] ?? "",
    "--mantine-color-honey-light-color": colors["honey"]?.[8] ?? "",
    "--mantine-color-honey-outline": colors["honey"]?.[7] ?? "",
    "--mantine-color-anchor": colors["honey"]?.[8] ?? "",
    "--tone-good": "#1f7a48",
    "--tone-bad": "#c22f26",
    "--tone-busy": "#1c64b8",
    "--tone-wait": "#8a5300",
    "--tone-quiet": "#665e54",
    "--chart-good": "#2f9e63",
    "--chart-bad": "#d8453b",
    "--chart-busy": "#2f7fd6",
    "--chart-wait": "#e09a12",
    "--chart-other": "#8b6fd0",
    "--chart-quiet": "#a89f92",
  },
  dark: {
    "--ground": colors["dark"]?.[8] ?? "",
    "--line": colors["dark"]?.[5] ?? "",
    "--mantine-color-default-border": colors["dark"]?.[4] ?? "",
    "--mantine-color-dimmed": colors["dark"]?.[2] ?? "",
    "--mantine-color-placeholder": colors["dark"]?.[2] ?? "",
    "--mantine-color-error": "#ff9389",
    "--mantine-color-honey-text": colors["honey"]?.[4] ?? "",
    "--mantine-color-honey-light-color": colors["honey"]?.[3] ?? "",
    "--mantine-color-honey-outline": colors["honey"]?.[4] ?? "",
    "--mantine-color-anchor": colors["honey"]?.[4] ?? "",
    "--tone-good": "#5fd08f",
    "--tone-bad": "#ff9389",
    "--tone-busy": "#7db8f5",
    "--tone-wait": "#f5bd43",
    "--tone-quiet": "#b3aba0",
    "--chart-good": "#43b87a",
    "--chart-bad": "#f0695f",
    "--chart-busy": "#5aa5ee",
    "--chart-wait": "#f0a81c",
    "--chart-other": "#a68de6",
    "--chart-quiet": "#7d756a",
  },
});
