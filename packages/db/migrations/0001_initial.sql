-- The tables of the specification (section 5) and those that it cannot work without.
-- Times are timestamptz(3): a cursor's milliseconds then name a row's instant exactly.

CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Strictly later than before, also within one transaction and one millisecond: an ETag is made from it.
  NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 millisecond');
  RETURN NEW;
END $$;

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  username text NOT NULL,
  password_hash text NOT NULL,
  tier text NOT NULL DEFAULT 'Free' CHECK (tier IN ('Free', 'Pro', 'Premium', 'Admin')),
  settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_login timestamptz(3),
  disabled_at timestamptz(3)
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
CREATE INDEX users_created_at_idx ON users (created_at DESC, id DESC);

CREATE TABLE teams (
  id uuid PRIMARY KEY,
  owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL,
  personal boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX teams_personal_key ON teams (owner_id) WHERE personal;

CREATE TABLE team_members (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('Owner', 'Admin', 'Member')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (team_id, user_id)
);
CREATE INDEX team_members_user_idx ON team_members (user_id, team_id, role);

CREATE TABLE projects (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  name text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  mirror_manifest_key text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX projects_team_idx ON projects (team_id, created_at DESC, id DESC);
CREATE TRIGGER projects_updated_at BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  assigned_to uuid REFERENCES users ON DELETE SET NULL,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  title text NOT NULL,
  description text,
  status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED', 'DONE')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX tasks_project_idx ON tasks (project_id, created_at DESC, id DESC);
CREATE INDEX tasks_project_status_idx ON tasks (project_id, status, created_at DESC, id DESC);
CREATE INDEX tasks_project_assignee_idx ON tasks (project_id, assigned_to, created_at DESC, id DESC);
CREATE INDEX tasks_assignee_idx ON tasks (assigned_to);
CREATE INDEX tasks_creator_idx ON tasks (created_by);
CREATE TRIGGER tasks_updated_at BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Jobs. The row is the outbox: it is there once the request has been answered, and is dispatched to a queue afterwards.

CREATE TABLE preview_sessions (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  requested_by uuid REFERENCES users ON DELETE SET NULL,
  token_hash text NOT NULL,
  status text NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  queue text NOT NULL CHECK (queue IN ('preview-cpu', 'preview-gpu')),
  priority smallint NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  dispatches integer NOT NULL DEFAULT 0,
  progress jsonb,
  input_key text NOT NULL,
  context jsonb,
  bundle_url text,
  logs_key text,
  artifacts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(artifacts) = 'object'),
  warnings jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(warnings) = 'array'),
  timings jsonb,
  error_message text,
  error jsonb,
  retried_from uuid REFERENCES preview_sessions ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  dispatched_at timestamptz(3),
  started_at timestamptz(3),
  completed_at timestamptz(3),
  expires_at timestamptz(3) NOT NULL,
  CHECK ((status IN ('COMPLETED', 'FAILED', 'CANCELLED')) = (completed_at IS NOT NULL)),
  CHECK (status <> 'COMPLETED' OR bundle_url IS NOT NULL),
  CHECK (status <> 'FAILED' OR error IS NOT NULL)
);
CREATE INDEX preview_sessions_project_idx ON preview_sessions (project_id, created_at DESC, id DESC);
CREATE INDEX preview_sessions_project_status_idx ON preview_sessions (project_id, status, created_at DESC, id DESC);
CREATE INDEX preview_sessions_created_idx ON preview_sessions (created_at DESC, id DESC);
CREATE INDEX preview_sessions_waiting_idx ON preview_sessions (priority, created_at) WHERE status = 'QUEUED' AND dispatched_at IS NULL;
CREATE INDEX preview_sessions_open_idx ON preview_sessions (requested_by, dispatched_at) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX preview_sessions_input_idx ON preview_sessions (input_key, expires_at DESC) WHERE status = 'COMPLETED';
CREATE INDEX preview_sessions_bundle_idx ON preview_sessions (bundle_url) WHERE bundle_url IS NOT NULL;
CREATE INDEX preview_sessions_expiry_idx ON preview_sessions (expires_at);
CREATE INDEX preview_sessions_requester_idx ON preview_sessions (requested_by);
CREATE INDEX preview_sessions_retried_idx ON preview_sessions (retried_from) WHERE retried_from IS NOT NULL;

CREATE TABLE ai_jobs (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  requested_by uuid REFERENCES users ON DELETE SET NULL,
  job_type text NOT NULL CHECK (job_type IN ('document', 'explain', 'summarize', 'readme')),
  status text NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  queue text NOT NULL CHECK (queue IN ('ai-cpu', 'ai-gpu')),
  priority smallint NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  dispatches integer NOT NULL DEFAULT 0,
  progress jsonb,
  input_key text NOT NULL,
  result_url text,
  logs_key text,
  timings jsonb,
  error_message text,
  error jsonb,
  retried_from uuid REFERENCES ai_jobs ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  dispatched_at timestamptz(3),
  started_at timestamptz(3),
  completed_at timestamptz(3),
  CHECK ((status IN ('COMPLETED', 'FAILED', 'CANCELLED')) = (completed_at IS NOT NULL)),
  CHECK (status <> 'COMPLETED' OR result_url IS NOT NULL),
  CHECK (status <> 'FAILED' OR error IS NOT NULL)
);
CREATE INDEX ai_jobs_project_idx ON ai_jobs (project_id, created_at DESC, id DESC);
CREATE INDEX ai_jobs_created_idx ON ai_jobs (created_at DESC, id DESC);
CREATE INDEX ai_jobs_waiting_idx ON ai_jobs (priority, created_at) WHERE status = 'QUEUED' AND dispatched_at IS NULL;
CREATE INDEX ai_jobs_open_idx ON ai_jobs (requested_by, dispatched_at) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX ai_jobs_requester_idx ON ai_jobs (requested_by);
CREATE INDEX ai_jobs_retried_idx ON ai_jobs (retried_from) WHERE retried_from IS NOT NULL;

CREATE TABLE repo_syncs (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  requested_by uuid REFERENCES users ON DELETE SET NULL,
  repo_url text NOT NULL,
  ref text,
  status text NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  queue text NOT NULL DEFAULT 'repo-sync' CHECK (queue = 'repo-sync'),
  priority smallint NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  dispatches integer NOT NULL DEFAULT 0,
  progress jsonb,
  input_key text,
  head text,
  refs jsonb,
  files integer,
  bytes bigint,
  left_out jsonb,
  logs_key text,
  timings jsonb,
  error_message text,
  error jsonb,
  retried_from uuid REFERENCES repo_syncs ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  dispatched_at timestamptz(3),
  started_at timestamptz(3),
  completed_at timestamptz(3),
  CHECK ((status IN ('COMPLETED', 'FAILED', 'CANCELLED')) = (completed_at IS NOT NULL)),
  CHECK (status <> 'FAILED' OR error IS NOT NULL)
);
CREATE INDEX repo_syncs_project_idx ON repo_syncs (project_id, created_at DESC, id DESC);
CREATE INDEX repo_syncs_waiting_idx ON repo_syncs (priority, created_at) WHERE status = 'QUEUED' AND dispatched_at IS NULL;
CREATE INDEX repo_syncs_open_idx ON repo_syncs (requested_by, dispatched_at) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX repo_syncs_requester_idx ON repo_syncs (requested_by);
CREATE INDEX repo_syncs_retried_idx ON repo_syncs (retried_from) WHERE retried_from IS NOT NULL;

CREATE TABLE comments (
  id uuid PRIMARY KEY,
  user_id uuid REFERENCES users ON DELETE SET NULL,
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  task_id uuid REFERENCES tasks ON DELETE CASCADE,
  parent_id uuid REFERENCES comments ON DELETE CASCADE,
  content text NOT NULL,
  anchor jsonb CHECK (jsonb_typeof(anchor) = 'object'),
  resolved_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX comments_project_idx ON comments (project_id, created_at DESC, id DESC);
CREATE INDEX comments_task_idx ON comments (task_id, created_at DESC, id DESC) WHERE task_id IS NOT NULL;
CREATE INDEX comments_thread_idx ON comments (parent_id, created_at DESC, id DESC) WHERE parent_id IS NOT NULL;
CREATE INDEX comments_path_idx ON comments (project_id, (anchor ->> 'path'), created_at DESC, id DESC) WHERE anchor IS NOT NULL;
CREATE INDEX comments_user_idx ON comments (user_id);
CREATE TRIGGER comments_updated_at BEFORE UPDATE ON comments FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE notification_counters (
  user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  last_seq bigint NOT NULL DEFAULT 0
);

CREATE TABLE notifications (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  seq bigint NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(data) = 'object'),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  read_at timestamptz(3),
  UNIQUE (user_id, seq)
);
CREATE INDEX notifications_user_idx ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread_idx ON notifications (user_id, created_at DESC, id DESC) WHERE read_at IS NULL;

-- No foreign keys: an audit row outlives what it speaks of.
CREATE TABLE audit_logs (
  id uuid PRIMARY KEY,
  event_type text NOT NULL,
  user_id uuid,
  actor_id uuid,
  project_id uuid,
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX audit_logs_created_idx ON audit_logs (created_at DESC, id DESC);
CREATE INDEX audit_logs_event_idx ON audit_logs (event_type, created_at DESC, id DESC);
CREATE INDEX audit_logs_user_idx ON audit_logs (user_id, created_at DESC, id DESC);
CREATE INDEX audit_logs_actor_idx ON audit_logs (actor_id, created_at DESC, id DESC);
CREATE INDEX audit_logs_project_idx ON audit_logs (project_id, created_at DESC, id DESC);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_name text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_used_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3)
);
CREATE INDEX sessions_user_idx ON sessions (user_id, created_at DESC, id DESC);
CREATE INDEX sessions_expiry_idx ON sessions (expires_at);

-- A family is a session's chain of refresh tokens. Only hashes are stored.
CREATE TABLE refresh_tokens (
  hash text PRIMARY KEY,
  family uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  parent text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  rotated_at timestamptz(3)
);
CREATE INDEX refresh_tokens_family_idx ON refresh_tokens (family);
CREATE INDEX refresh_tokens_expiry_idx ON refresh_tokens (expires_at);

CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  encrypted_private_jwk bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  retired_at timestamptz(3)
);
CREATE UNIQUE INDEX signing_keys_active_key ON signing_keys ((true)) WHERE retired_at IS NULL;

CREATE TABLE repo_credentials (
  project_id uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
  host text NOT NULL,
  encrypted_token bytea NOT NULL,
  key_id text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE blobs (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size >= 0),
  stored_at timestamptz(3),
  last_used_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, sha256)
);
CREATE INDEX blobs_last_used_idx ON blobs (last_used_at);

CREATE TABLE idempotency_keys (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  endpoint text NOT NULL,
  key_hash text NOT NULL,
  body_hash text NOT NULL,
  encrypted_answer bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, endpoint, key_hash)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);

CREATE TABLE scaling_rules (
  queue text PRIMARY KEY CHECK (queue IN ('preview-cpu', 'preview-gpu', 'ai-cpu', 'ai-gpu', 'repo-sync', 'maintenance')),
  min_workers integer NOT NULL DEFAULT 1 CHECK (min_workers >= 0),
  max_workers integer NOT NULL DEFAULT 4 CHECK (max_workers >= min_workers),
  concurrency integer NOT NULL DEFAULT 2 CHECK (concurrency BETWEEN 1 AND 64),
  target_wait_seconds integer NOT NULL DEFAULT 5 CHECK (target_wait_seconds >= 1),
  gpu_fallback text NOT NULL DEFAULT 'cpu' CHECK (gpu_fallback IN ('cpu', 'wait')),
  paused boolean NOT NULL DEFAULT false,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TRIGGER scaling_rules_updated_at BEFORE UPDATE ON scaling_rules FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE device_links (
  id uuid PRIMARY KEY,
  device_code_hash text NOT NULL UNIQUE,
  user_code_hash text NOT NULL UNIQUE,
  client_name text NOT NULL,
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'APPROVED', 'DENIED', 'EXPIRED')),
  user_id uuid REFERENCES users ON DELETE CASCADE,
  wrong_tries integer NOT NULL DEFAULT 0,
  last_polled_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX device_links_expiry_idx ON device_links (expires_at);
CREATE INDEX device_links_user_idx ON device_links (user_id);
