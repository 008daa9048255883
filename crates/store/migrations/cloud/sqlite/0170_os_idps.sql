-- An IGEL OS IdP is lived with for years: its secret ends and is replaced while the old one still works, its keys change, it is
-- switched off, and tried by a test sign-in whose result stays with it.

alter table os_idps add column preset text not null default 'other';     -- domain::os_idp::Preset
alter table os_idps add column enabled boolean not null default true;
alter table os_idps add column secret_expires_at bigint;                  -- the day that the provider names, at noon UTC
alter table os_idps add column old_secret blob;                           -- sealed: tried where the provider refuses the new one
alter table os_idps add column old_secret_until bigint;
alter table os_idps add column old_secret_once boolean not null default false;  -- ends with the first success of the new one
alter table os_idps add column test_passed boolean;                       -- of the last test sign-in
alter table os_idps add column tested_at bigint;
alter table os_idps add column tested_by text;
alter table os_idps add column test_result text;                          -- JSON
create index os_idps_secret_expires on os_idps (account_id, secret_expires_at, id);

-- Test sign-ins that have begun: one for each provider and person, for minutes.
create table os_idp_tests (
    os_idp_id blob not null references os_idps (id) on delete cascade,
    user_id blob not null references users (id) on delete cascade,
    account_id blob not null references accounts (id) on delete cascade,
    begun_by text not null,
    link_hash blob not null,
    link blob not null,              -- sealed: the page shows it until it was used
    cookie_hash blob,                -- from Continue on
    state_hash blob,
    kept blob,                       -- nonce and PKCE verifier, sealed
    language text,
    used_at bigint,                  -- the answer came
    created_at bigint not null,
    expires_at bigint not null,
    primary key (os_idp_id, user_id)
);
create unique index os_idp_tests_link_hash_key on os_idp_tests (link_hash);
create unique index os_idp_tests_cookie_hash_key on os_idp_tests (cookie_hash);
create index os_idp_tests_expires on os_idp_tests (expires_at);
