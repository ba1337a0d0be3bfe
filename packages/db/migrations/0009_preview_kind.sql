-- What the files of a preview were found to be, for people: "Vue page (Vue 3)". Null before it is built, and of those built before this.
ALTER TABLE preview_sessions ADD COLUMN kind text CHECK (length(kind) BETWEEN 1 AND 100);
