-- The operator's lists: whatever they are filtered by, a page is an index range.

-- How a name begins, in any case. By bytes, whatever the database sorts by.
CREATE INDEX users_email_prefix_idx ON users (lower(email) text_pattern_ops);
CREATE INDEX users_username_prefix_idx ON users (lower(username) text_pattern_ops);
-- The same where so many begin alike that sorting them would cost: in the order of the list, by the first 1, 2, 4 and 8 letters.
CREATE INDEX users_email_1_idx ON users (left(lower(email), 1), created_at DESC, id DESC);
CREATE INDEX users_email_2_idx ON users (left(lower(email), 2), created_at DESC, id DESC);
CREATE INDEX users_email_4_idx ON users (left(lower(email), 4), created_at DESC, id DESC);
CREATE INDEX users_email_8_idx ON users (left(lower(email), 8), created_at DESC, id DESC);
CREATE INDEX users_username_1_idx ON users (left(lower(username), 1), created_at DESC, id DESC);
CREATE INDEX users_username_2_idx ON users (left(lower(username), 2), created_at DESC, id DESC);
CREATE INDEX users_username_4_idx ON users (left(lower(username), 4), created_at DESC, id DESC);
CREATE INDEX users_username_8_idx ON users (left(lower(username), 8), created_at DESC, id DESC);
CREATE INDEX users_tier_idx ON users (tier, created_at DESC, id DESC);
-- A number and no comparison: the planner makes `IS NULL` of the latter's opposite, and does not find that in an index of `IS NOT NULL`.
CREATE INDEX users_enabled_idx ON users (num_nulls(disabled_at), created_at DESC, id DESC);
CREATE INDEX users_tier_enabled_idx ON users (tier, num_nulls(disabled_at), created_at DESC, id DESC);

-- Those by requester take the place of the ones that had the requester alone.
DROP INDEX preview_sessions_requester_idx;
CREATE INDEX preview_sessions_requester_idx ON preview_sessions (requested_by, created_at DESC, id DESC);
CREATE INDEX preview_sessions_requester_status_idx ON preview_sessions (requested_by, status, created_at DESC, id DESC);
CREATE INDEX preview_sessions_status_idx ON preview_sessions (status, created_at DESC, id DESC);
CREATE INDEX preview_sessions_queue_idx ON preview_sessions (queue, created_at DESC, id DESC);
CREATE INDEX preview_sessions_queue_status_idx ON preview_sessions (queue, status, created_at DESC, id DESC);

DROP INDEX ai_jobs_requester_idx;
CREATE INDEX ai_jobs_requester_idx ON ai_jobs (requested_by, created_at DESC, id DESC);
CREATE INDEX ai_jobs_requester_status_idx ON ai_jobs (requested_by, status, created_at DESC, id DESC);
CREATE INDEX ai_jobs_status_idx ON ai_jobs (status, created_at DESC, id DESC);
CREATE INDEX ai_jobs_queue_idx ON ai_jobs (queue, created_at DESC, id DESC);
CREATE INDEX ai_jobs_queue_status_idx ON ai_jobs (queue, status, created_at DESC, id DESC);

DROP INDEX repo_syncs_requester_idx;
CREATE INDEX repo_syncs_requester_idx ON repo_syncs (requested_by, created_at DESC, id DESC);
CREATE INDEX repo_syncs_requester_status_idx ON repo_syncs (requested_by, status, created_at DESC, id DESC);
CREATE INDEX repo_syncs_created_idx ON repo_syncs (created_at DESC, id DESC);
CREATE INDEX repo_syncs_status_idx ON repo_syncs (status, created_at DESC, id DESC);

-- What a queue has come to of late: how much, and how long each took.
CREATE INDEX preview_sessions_ended_idx ON preview_sessions (queue, status, completed_at) INCLUDE (started_at) WHERE completed_at IS NOT NULL;
CREATE INDEX ai_jobs_ended_idx ON ai_jobs (queue, status, completed_at) INCLUDE (started_at) WHERE completed_at IS NOT NULL;
CREATE INDEX repo_syncs_ended_idx ON repo_syncs (queue, status, completed_at) INCLUDE (started_at) WHERE completed_at IS NOT NULL;
