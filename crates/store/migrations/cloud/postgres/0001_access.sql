-- Who is signed in, what was done, what is still to be done, and the check value of the seal key: the same on both sides.

create table sessions (
    id bytea primary key,            -- SHA-256 of the cookie's token
    holder uuid,                    -- who signed in; null for a visitor whose form is kept
    created_at bigint not null,
    seen_at bigint not null,
    revoked_at bigint,
    data text not null,
    address text not null,
    agent text not null
);
create index sessions_holder on sessions (holder);
create index sessions_created on sessions (created_at);

create table audit_events (
    id uuid primary key,
    at bigint not null,
    account_id uuid,                -- the tenant; null on the company side
    actor_kind text not null,
    actor_id uuid,
    actor_name text not null,
    address text,
    name text not null,           -- object.verb
    target_kind text not null,
    target_id uuid,
    target_name text not null,
    details text not null         -- JSON; never a secret
);
create index audit_events_account on audit_events (account_id, at, id);
create index audit_events_target on audit_events (target_id, at);

create table jobs (
    id uuid primary key,
    kind text not null,
    payload text not null,        -- JSON
    due_at bigint not null,
    attempts bigint not null,
    leased_until bigint,
    done_at bigint,
    error text,
    created_at bigint not null
);
create index jobs_due on jobs (due_at, id) where done_at is null;

create table seal_check (
    id bigint primary key check (id = 1),
    sealed bytea not null
);
