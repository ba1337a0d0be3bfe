-- What the spec's mirror model needs besides the columns of every job.
ALTER TABLE repo_syncs
  ADD COLUMN automatic boolean NOT NULL DEFAULT false,
  ADD COLUMN head_ref text,
  ADD COLUMN manifest_key text,
  -- How many `refs` holds: lists show this, and need not read ten thousand of them for each row.
  ADD COLUMN refs_total integer,
  -- The git bundles that make up the mirror after this sync, in the order in which they are read.
  ADD COLUMN mirror jsonb,
  ADD COLUMN left_out_total integer,
  ADD COLUMN forced jsonb,
  ADD COLUMN deleted jsonb,
  -- Its prefix in storage, `t/<team>/repos/<id>/`.
  ALTER COLUMN input_key SET NOT NULL;

-- One at a time of a project: two of them would continue the same mirror in two ways.
CREATE UNIQUE INDEX repo_syncs_one_open_idx ON repo_syncs (project_id) WHERE status IN ('QUEUED', 'RUNNING');
-- The mirror that the next sync goes on from.
CREATE INDEX repo_syncs_completed_idx ON repo_syncs (project_id, completed_at DESC) WHERE status = 'COMPLETED';
-- What the project's mirror was found by, and whether a row still needs a manifest.
CREATE INDEX repo_syncs_manifest_idx ON repo_syncs (manifest_key, completed_at DESC) WHERE status = 'COMPLETED';
-- What the scheduler looks through.
CREATE INDEX projects_auto_sync_idx ON projects (id) WHERE settings -> 'repo' ->> 'auto_sync' = 'true';

-- What deleted syncs leave in storage, as deleted_ai_jobs is for AI jobs. Bundles that a later sync of the project goes on from stay until it does not.
CREATE TABLE deleted_repo_syncs (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  project_id uuid NOT NULL,
  attempt integer NOT NULL,
  deleted_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX deleted_repo_syncs_deleted_idx ON deleted_repo_syncs (deleted_at);

CREATE FUNCTION note_deleted_repo_sync() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- The team stands in the key: the project may be gone already.
  IF OLD.input_key !~ '^t/[0-9a-f-]{36}/repos/' THEN RETURN OLD; END IF;
  INSERT INTO deleted_repo_syncs (id, team_id, project_id, attempt)
  VALUES (OLD.id, split_part(OLD.input_key, '/', 2)::uuid, OLD.project_id, OLD.attempt);
  RETURN OLD;
END $$;
CREATE TRIGGER repo_syncs_deleted AFTER DELETE ON repo_syncs FOR EACH ROW EXECUTE FUNCTION note_deleted_repo_sync();

GRANT SELECT, DELETE ON deleted_repo_syncs TO hivesync_maintenance;
GRANT DELETE ON repo_syncs TO hivesync_maintenance;
-- A sync announces the blobs that it uploads, and looks whether the team's storage holds them.
GRANT INSERT (team_id, sha256, size), UPDATE (last_used_at) ON blobs TO hivesync_worker;
GRANT SELECT (id, owner_id) ON teams TO hivesync_worker;
