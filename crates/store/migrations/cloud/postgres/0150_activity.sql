-- "Activity": the audit trail is read by its accounts, by person, by kind and by words, over a million events.

create extension if not exists pg_trgm;

alter table audit_events drop constraint audit_events_pkey;
alter table audit_events add column number bigint generated always as identity primary key;
alter table audit_events add constraint audit_events_id_key unique (id);
alter table audit_events alter column name type text collate "C";
alter table audit_events add column actor_key text collate "C" not null generated always as (lower(actor_name)) stored;
-- What the search finds, in lower case, its parts kept apart: who, and what it was about.
alter table audit_events add column words text collate "C" not null generated always as (
    case when account_id is null then ''
         else lower(actor_name) || E'\n' || lower(target_name) || E'\n' || coalesce(address, '') end) stored;
create index audit_events_actor on audit_events (account_id, actor_key, at, id);
create index audit_events_name on audit_events (account_id, name, at, id);
create index audit_events_words on audit_events using gin (words gin_trgm_ops);
