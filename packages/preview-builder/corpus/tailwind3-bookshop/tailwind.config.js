import defaultTheme from "tailwindcss/defaultTheme";
import colors from "tailwindcss/colors";
import forms from "@tailwindcss/forms";
import aspectRatio from "@tailwindcss/aspect-ratio";
import { palette } from "./palette.js";

const serif = ["Lora", ...defaultTheme.fontFamily.serif];

/** @type {import("tailwindcss").Config} */
export default {
  content: ["./index.html", "./src/**/*.{js,jsx}"],
  darkMode: "class",
  theme: {
    extend: {
      colors: { ...palette, price: colors.emerald },
      fontFamily: { serif },
      spacing: ({ theme }) => ({ shelf: theme("borderWidth.8") }),
    },
  },
  plugins: [forms({ strategy: "class" }), aspectRatio],
};
