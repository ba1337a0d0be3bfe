-- What deleted previews leave in storage. A preview's row goes by expiry, or with its project, team or owner; however it goes, its end is
-- noted here in the same transaction, and maintenance deletes the objects that no living row names.
CREATE TABLE deleted_previews (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  attempt integer NOT NULL,
  input_key text NOT NULL,
  bundle_url text,
  logs_key text,
  artifacts jsonb NOT NULL,
  deleted_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX deleted_previews_deleted_idx ON deleted_previews (deleted_at);

-- Runs with its owner's rights: whoever may delete a preview need not be able to write here.
CREATE FUNCTION note_deleted_preview() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- The team stands in the key: the project may be gone already.
  IF OLD.input_key !~ '^t/[0-9a-f-]{36}/inputs/' THEN RETURN OLD; END IF;
  INSERT INTO deleted_previews (id, team_id, attempt, input_key, bundle_url, logs_key, artifacts)
  VALUES (OLD.id, split_part(OLD.input_key, '/', 2)::uuid, OLD.attempt, OLD.input_key, OLD.bundle_url, OLD.logs_key, OLD.artifacts);
  RETURN OLD;
END $$;
CREATE TRIGGER preview_sessions_deleted AFTER DELETE ON preview_sessions FOR EACH ROW EXECUTE FUNCTION note_deleted_preview();

GRANT SELECT, DELETE ON deleted_previews TO hivesync_maintenance;
