/** Lines in a square of 24, by the words that the names of symbols are made of. */
const PATHS: Readonly<Record<string, string>> = {
  "arrow.clockwise": "M20 11a8 8 0 1 0-2.3 6.3M20 4v6h-6",
  "arrow.down": "M12 4v16M5 13l7 7 7-7",
  "arrow.left": "M20 12H4M11 5l-7 7 7 7",
  "arrow.right": "M4 12h16M13 5l7 7-7 7",
  "arrow.up": "M12 20V4M5 11l7-7 7 7",
  "arrow.up.right": "M6 18L18 6M9 6h9v9",
  "arrow.up.right.square": "M11 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-5M15 4h5v5M20 4l-9 9",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  calendar: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  cart: "M3 4h2l2.5 11h10L20 7H6M9 20h.01M17 20h.01",
  checkmark: "M4 12l5 6L20 6",
  "chevron.down": "M5 9l7 7 7-7",
  "chevron.left": "M15 5l-7 7 7 7",
  "chevron.left.forwardslash.chevron.right": "M8 7l-5 5 5 5M16 7l5 5-5 5M14 5l-4 14",
  "chevron.right": "M9 5l7 7-7 7",
  "chevron.up": "M5 15l7-7 7 7",
  circle: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3",
  doc: "M6 3h8l4 4v14H6zM14 3v4h4",
  ellipsis: "M5 12h.01M12 12h.01M19 12h.01",
  envelope: "M3 6h18v12H3zM3 7l9 7 9-7",
  eye: "M2 12c4-7 16-7 20 0-4 7-16 7-20 0zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  flag: "M6 21V4h12l-3 4 3 4H6",
  folder: "M3 6h6l2 2h10v11H3z",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  heart: "M12 20C-2 11 7 0 12 7c5-7 14 4 0 13z",
  house: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  info: "M12 11v6M12 7h.01",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  magnifyingglass: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
  map: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
  minus: "M4 12h16",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  paperplane: "M3 11l18-8-8 18-2-8z",
  pause: "M8 5v14M16 5v14",
  pencil: "M4 20l1-5L16 4l4 4L9 19z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-9 16-9 16 0z",
  photo: "M3 5h18v14H3zM3 17l6-6 5 5 3-3 4 4",
  play: "M7 4l12 8-12 8z",
  plus: "M12 4v16M4 12h16",
  questionmark: "M8 8a4 4 0 1 1 5.5 4c-1 .6-1.5 1-1.5 3M12 19h.01",
  "rectangle.portrait.and.arrow.right": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
  share: "M12 3v12M8 6l4-4 4 4M7 11H5v10h14V11h-2",
  sparkles: "M11 4l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
  square: "M4 4h16v16H4z",
  star: "M12 3l2.7 6 6.3.6-4.8 4.3 1.5 6.4L12 17l-5.7 3.3 1.5-6.4L3 9.6 9.3 9z",
  "sun.max":
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5",
  tag: "M3 3h9l9 9-9 9-9-9zM7.5 7.500h.01",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14",
  xmark: "M5 5l14 14M19 5L5 19",
};

/** What Android and the web call them. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  add: "plus",
  arrow_back: "arrow.left",
  arrow_forward: "arrow.right",
  check: "checkmark",
  chevron_left: "chevron.left",
  chevron_right: "chevron.right",
  close: "xmark",
  code: "chevron.left.forwardslash.chevron.right",
  delete: "trash",
  edit: "pencil",
  expand_less: "chevron.up",
  expand_more: "chevron.down",
  favorite: "heart",
  home: "house",
  mail: "envelope",
  more_horiz: "ellipsis",
  notifications: "bell",
  open_in_new: "arrow.up.right.square",
  search: "magnifyingglass",
  send: "paperplane",
  settings: "gear",
  visibility: "eye",
};

function own(rows: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

/** What a symbol looks like: the nearest drawing by the words of its name. Undefined for what nobody drew. */
export function symbolPath(name: string): { readonly d: string; readonly isFilled: boolean } | undefined {
  const words = (own(OTHER_NAMES, name) ?? name).split(".");
  const isFilled = words.includes("fill");
  const plain = words.filter((word) => word !== "fill" && word !== "circle");
  const looked = plain.length === 0 ? ["circle"] : plain;
  for (let count = looked.length; count > 0; count--) {
    const d = own(PATHS, looked.slice(0, count).join("."));
    if (d !== undefined) return { d, isFilled };
  }
  return undefined;
}
