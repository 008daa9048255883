-- The Customer Portal: accounts, their users, and what they make known for onboarding: identity providers, routing records and
-- UMS instances. `…_key` columns hold the normalised form that is compared, sorted and searched; `version` counts saves.

create table accounts (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    onboarding_active_at bigint,    -- null until "Activate IGEL OS Onboarding"
    onboarding_active_by text,
    -- Registration data; empty where the account was made by the command line.
    address text not null default '',
    address2 text not null default '',
    city text not null default '',
    post_code text not null default '',
    country text not null default '',   -- ISO 3166-1
    state text not null default '',
    industry text not null default '',
    phone text not null default '',
    created_at bigint not null,
    version bigint not null
);
create unique index accounts_name_key_key on accounts (name_key);

create table users (
    id uuid not null primary key,
    account_id uuid not null references accounts (id),
    email text not null,            -- as typed
    email_key text collate "C" not null,         -- one user of the whole portal
    first_name text not null,
    last_name text not null,
    name_key text collate "C" not null default '',  -- first and last name, lower case
    state text collate "C" not null, -- pending, active, deactivated
    language text not null check (language in ('en', 'de')),  -- of mails
    password_hash text,             -- Argon2id, PHC text; null while there is none
    password_set_at bigint,
    password_ends_at bigint,        -- of a one-time password, which is of use only for setting another; null for any other
    signed_in_at bigint,
    deactivated_at bigint,          -- since when the state is that; the row goes 30 days later
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create unique index users_email_key_key on users (email_key);
create index users_account on users (account_id, email_key);

create table user_roles (
    user_id uuid not null references users (id),
    role text not null,
    primary key (user_id, role)
);

create table os_idps (
    id uuid not null primary key,
    account_id uuid not null references accounts (id),
    name text not null,
    name_key text collate "C" not null,
    client_id text not null,
    client_id_key text collate "C" not null,
    client_secret bytea not null,   -- sealed
    issuer text,                    -- null: reduced assurance
    authorization_endpoint text not null,
    token_endpoint text not null,
    jwks_uri text,
    signing_keys text,              -- pinned JWK set, JSON
    userinfo_endpoint text,
    token_auth text not null,       -- post, basic
    response_iss boolean not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create unique index os_idps_account_id_name_key_key on os_idps (account_id, name_key);
create index os_idps_created on os_idps (account_id, created_at, id);
create index os_idps_updated on os_idps (account_id, updated_at, id);

-- A domain leads to one provider of an account. Two accounts may both name it; it routes for the one that has proved it.
create table os_idp_domains (
    os_idp_id uuid not null references os_idps (id),
    domain text collate "C" not null,            -- ASCII form, lower case
    account_id uuid not null references accounts (id),
    primary key (os_idp_id, domain)
);
create unique index os_idp_domains_account_id_domain_key on os_idp_domains (account_id, domain);

create table routings (
    id uuid not null primary key,
    account_id uuid not null references accounts (id),
    name text not null,
    name_key text collate "C" not null,
    host text not null,             -- as typed
    host_key text collate "C" not null,
    port bigint not null,
    chain_pem text not null,        -- root first
    root text not null,             -- subject of the root
    fingerprint text not null,      -- of the root, SHA-256
    expires_at bigint not null,     -- earliest end within the chain
    created_by text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create unique index routings_account_id_name_key_key on routings (account_id, name_key);
create index routings_host on routings (account_id, host_key, id);
create index routings_created on routings (account_id, created_at, id);
create index routings_expires on routings (account_id, expires_at, id);

create table routing_domains (
    routing_id uuid not null references routings (id),
    domain text collate "C" not null,
    account_id uuid not null references accounts (id),
    primary key (routing_id, domain)
);
create unique index routing_domains_account_id_domain_key on routing_domains (account_id, domain);

create table routing_users (
    routing_id uuid not null references routings (id),
    email_key text collate "C" not null,
    email text not null,            -- as typed
    account_id uuid not null references accounts (id),
    primary key (routing_id, email_key)
);
create unique index routing_users_account_id_email_key_key on routing_users (account_id, email_key);

-- A UMS ID belongs to one account of the whole product: were it two, the second could send devices to the first one's UMS, since
-- a certificate is public and anybody who has seen it can upload it.
create table ums_instances (
    id uuid not null primary key,
    account_id uuid not null references accounts (id),
    name text not null,
    name_key text collate "C" not null,
    comments text not null,
    app_portal boolean not null,
    insight boolean not null,
    certificate_pem text not null,  -- the UMS ID
    certificate text not null,      -- its subject
    fingerprint text not null,      -- SHA-256 of it
    expires_at bigint not null,
    created_by text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create unique index ums_instances_fingerprint_key on ums_instances (fingerprint);
create unique index ums_instances_account_id_name_key_key on ums_instances (account_id, name_key);
create index ums_instances_created on ums_instances (account_id, created_at, id);
create index ums_instances_updated on ums_instances (account_id, updated_at, id);
create index ums_instances_expires on ums_instances (account_id, expires_at, id);
