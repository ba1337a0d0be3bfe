-- Least power: one role for each kind of process. Roles belong to the whole server, so another database may have made them already.
DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['hivesync_api', 'hivesync_worker', 'hivesync_maintenance'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role_name);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role_name);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hivesync_api;

-- A worker claims a job and reads what that job needs. It ends jobs by signed callback only.
GRANT SELECT ON preview_sessions, ai_jobs, repo_syncs, projects, scaling_rules, repo_credentials TO hivesync_worker;
GRANT UPDATE (status, attempt, started_at, progress) ON preview_sessions, ai_jobs, repo_syncs TO hivesync_worker;
GRANT SELECT (id, tier) ON users TO hivesync_worker;
GRANT SELECT, UPDATE (stored_at), DELETE ON blobs TO hivesync_worker;

-- Maintenance deletes and updates what it cleans.
GRANT SELECT, DELETE ON preview_sessions, blobs, idempotency_keys, sessions, refresh_tokens, notifications, audit_logs, device_links, signing_keys TO hivesync_maintenance;
GRANT UPDATE (bundle_url, artifacts, logs_key) ON preview_sessions TO hivesync_maintenance;
GRANT UPDATE (last_used_at, stored_at) ON blobs TO hivesync_maintenance;
GRANT SELECT ON projects, teams, ai_jobs, repo_syncs TO hivesync_maintenance;
