-- One column says which thread a comment is of, its first one included, so that a thread is one index range.
ALTER TABLE comments ADD COLUMN thread_id uuid GENERATED ALWAYS AS (coalesce(parent_id, id)) STORED;
CREATE INDEX comments_thread_id_idx ON comments (thread_id, created_at DESC, id DESC);
-- Still needed where a first comment is deleted with its replies.
DROP INDEX comments_thread_idx;
CREATE INDEX comments_parent_idx ON comments (parent_id) WHERE parent_id IS NOT NULL;

-- Tries of user codes are counted by who tries them: a wrong code belongs to no link.
ALTER TABLE device_links DROP COLUMN wrong_tries;
-- The session that an approved link opened: a lost answer can be asked for again.
ALTER TABLE device_links ADD COLUMN session_id uuid REFERENCES sessions ON DELETE CASCADE;
CREATE INDEX device_links_session_idx ON device_links (session_id) WHERE session_id IS NOT NULL;

-- Counting a million unread rows would cost each look at the first page as much as all of them.
ALTER TABLE notification_counters ADD COLUMN unread bigint NOT NULL DEFAULT 0 CHECK (unread >= 0);
UPDATE notification_counters c SET unread = (SELECT count(*) FROM notifications n WHERE n.user_id = c.user_id AND n.read_at IS NULL);

-- A page of members, and of one assignee's tasks in one status, is an index range too.
CREATE INDEX team_members_team_idx ON team_members (team_id, created_at DESC, id DESC);
CREATE INDEX tasks_project_assignee_status_idx ON tasks (project_id, assigned_to, status, created_at DESC, id DESC);
