-- "Activity": the audit trail is read by its accounts, by person, by kind and by words, over a million events. The table is made
-- anew, because the search index needs a number of each row that stays.

alter table audit_events rename to audit_events_before;
drop index audit_events_account;
drop index audit_events_target;

create table audit_events (
    number integer not null primary key,  -- the row of the search index
    id blob not null unique,
    at bigint not null,
    account_id blob,                -- the tenant; null for what belongs to none
    actor_kind text not null,
    actor_id blob,
    actor_name text not null,
    actor_key text not null generated always as (lower(actor_name)) stored,
    address text,
    name text not null,           -- object.verb
    target_kind text not null,
    target_id blob,
    target_name text not null,
    details text not null,        -- JSON; never a secret
    -- What the search finds, in lower case, its parts kept apart: who, and what it was about. Before it three letters that stand
    -- for the account, so that nobody's search looks through everybody's events.
    words text not null generated always as (
        case when account_id is null then ''
             else char(57344 + instr('0123456789ABCDEF', substr(hex(account_id), 30, 1)), 57344 + instr('0123456789ABCDEF', substr(hex(account_id), 31, 1)),
             57344 + instr('0123456789ABCDEF', substr(hex(account_id), 32, 1)))
             || char(10) || lower(actor_name) || char(10) || lower(target_name) || char(10) || coalesce(address, '') end) stored
);
insert into audit_events (id, at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details)
    select id, at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details
      from audit_events_before order by at, id;
drop table audit_events_before;
create index audit_events_account on audit_events (account_id, at, id);
create index audit_events_actor on audit_events (account_id, actor_key, at, id);
create index audit_events_name on audit_events (account_id, name, at, id);
create index audit_events_target on audit_events (target_id, at);

create virtual table audit_events_words using fts5 (
    words, content = 'audit_events', content_rowid = 'number', tokenize = 'trigram case_sensitive 1'
);
insert into audit_events_words (rowid, words) select number, words from audit_events;
create trigger audit_events_words_insert after insert on audit_events begin
    insert into audit_events_words (rowid, words) values (new.number, new.words);
end;
create trigger audit_events_words_delete after delete on audit_events begin
    insert into audit_events_words (audit_events_words, rowid, words) values ('delete', old.number, old.words);
end;
