-- Routing records can be changed: they are switched off and on, have further addresses, are checked by the route doctor, and keep
-- what they were before. Their users are a list of its own, paged by keyset, and come by the ten thousand.

alter table routings add column enabled boolean not null default true;
alter table routings add column targets text not null default '[]';        -- JSON: domain::routing::Target
alter table routings add column health text collate "C" not null default 'unchecked';  -- domain::route_report::Health
alter table routings add column checked_at bigint;
alter table routings add column report text;                               -- JSON: domain::route_report::RouteReport
alter table routings add column check_due_at bigint not null default 0;    -- the next check by the job
alter table routings add column check_until bigint;                        -- while a check is under way, until when at most
create index routings_check_due on routings (check_due_at) where enabled;

create table mapped_users (
    id uuid not null primary key,
    routing_id uuid not null references routings (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    email_key text collate "C" not null,
    email text not null,            -- as typed
    added_at bigint                 -- null for those that were there before this was noted
);
insert into mapped_users (id, routing_id, account_id, email_key, email)
    select gen_random_uuid(), routing_id, account_id, email_key, email from routing_users;
drop table routing_users;
alter table mapped_users rename to routing_users;
create unique index routing_users_account_id_email_key_key on routing_users (account_id, email_key);
create index routing_users_list on routing_users (routing_id, account_id, email_key, id);
create index routing_users_added on routing_users (routing_id, account_id, (coalesce(added_at, 0)), id);

create table routing_versions (
    routing_id uuid not null references routings (id) on delete cascade,
    version bigint not null,
    account_id uuid not null references accounts (id) on delete cascade,
    at bigint not null,
    by_name text not null,
    act text not null,               -- domain::routing_change::RoutingAct
    settings text not null,          -- JSON: domain::routing_change::RoutingSettings, as they were after it
    users_added text not null,       -- JSON: the addresses as typed
    users_removed text not null,
    primary key (routing_id, version)
);

-- What came of the last import of users of each record, a line for each line.
create table routing_imports (
    routing_id uuid not null primary key references routings (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    at bigint not null,
    by_name text not null,
    act text not null,               -- domain::mapped_users::ImportAct
    applied boolean not null,
    lines text not null              -- JSON: domain::mapped_users::ImportLine
);
