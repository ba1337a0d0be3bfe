-- Expiry asks of an input whether any preview still names it, whatever its status.
CREATE INDEX preview_sessions_input_key_idx ON preview_sessions (input_key);
