-- What a preview was built for. Null of those asked for before this.
ALTER TABLE preview_sessions ADD COLUMN platform text CHECK (platform IN ('web', 'ios', 'android'));
