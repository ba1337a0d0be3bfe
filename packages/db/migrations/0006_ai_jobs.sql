-- A page of a project's AI jobs in one status is an index range, as it is of previews.
CREATE INDEX ai_jobs_project_status_idx ON ai_jobs (project_id, status, created_at DESC, id DESC);
-- Of an input it is asked whether any job still names it.
CREATE INDEX ai_jobs_input_idx ON ai_jobs (input_key);

-- What deleted AI jobs leave in storage, as deleted_previews is for previews: a row goes by age, or with its project, team or owner.
CREATE TABLE deleted_ai_jobs (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  attempt integer NOT NULL,
  input_key text NOT NULL,
  deleted_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX deleted_ai_jobs_deleted_idx ON deleted_ai_jobs (deleted_at);

CREATE FUNCTION note_deleted_ai_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- The team stands in the key: the project may be gone already.
  IF OLD.input_key !~ '^t/[0-9a-f-]{36}/inputs/' THEN RETURN OLD; END IF;
  INSERT INTO deleted_ai_jobs (id, team_id, attempt, input_key)
  VALUES (OLD.id, split_part(OLD.input_key, '/', 2)::uuid, OLD.attempt, OLD.input_key);
  RETURN OLD;
END $$;
CREATE TRIGGER ai_jobs_deleted AFTER DELETE ON ai_jobs FOR EACH ROW EXECUTE FUNCTION note_deleted_ai_job();

GRANT SELECT, DELETE ON deleted_ai_jobs TO hivesync_maintenance;
-- Maintenance drops those that have had their time.
GRANT DELETE ON ai_jobs TO hivesync_maintenance;
