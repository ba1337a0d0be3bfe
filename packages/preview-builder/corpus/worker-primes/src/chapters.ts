const titles = import.meta.glob<string>("./chapters/*.ts", { eager: true, import: "title" });
const bodies = import.meta.glob<{ body: string }>("./chapters/*.ts");

export const chapters = Object.entries(titles).map(([path, title]) => ({
  title,
  load: async () => (await bodies[path]!()).body,
}));
