-- What a UMS knows: itself, its administrators and certificates, its devices, and how a device may join.

-- Trusted since PostgreSQL 13: who may create in the database may create it.
create extension if not exists pg_trgm;

create table installation (
    id bigint primary key check (id = 1),
    process_id uuid not null,          -- "Process ID" of the Network page: this server
    cluster_id uuid not null,          -- "Cluster ID": all servers over this database
    created_at bigint not null
);

create table administrators (
    id uuid primary key,
    name text not null,
    name_key text not null,             -- lower case
    password_hash text not null,        -- PHC text, Argon2id
    superuser boolean not null,
    created_at bigint not null,
    changed_at bigint not null
);
create unique index administrators_name_key_key on administrators (name_key);
create unique index administrators_superuser_key on administrators (superuser) where superuser;

-- Keys and certificates of the UMS itself. One of each purpose is in use, older ones stay for the record.
create table certificates (
    id uuid primary key,
    purpose text not null check (purpose in ('web_root', 'web', 'est', 'ums_id')),
    der bytea not null,
    sealed_key bytea not null,            -- PKCS#8, sealed for this row
    fingerprint text not null,
    not_before bigint not null,
    not_after bigint not null,
    created_at bigint not null,
    replaced_at bigint
);
create unique index certificates_purpose_key on certificates (purpose) where replaced_at is null;

create table devices (
    number bigint generated always as identity primary key,  -- for the search; everywhere else a device is its id
    id uuid not null unique,
    unit_id text collate "C" not null,
    unit_key text collate "C" not null,            -- letters and digits alone, for the search
    name text not null,
    name_key text collate "C" not null,            -- lower case
    mac text collate "C" not null,                 -- 12 hex digits, upper case; empty until its first hello
    product text collate "C" not null,
    product_id text not null,
    version text collate "C" not null,
    firmware_description text not null,
    network_name text not null,
    site text not null,
    site_key text collate "C" not null,            -- lower case
    comment text not null,
    department text not null,
    department_key text collate "C" not null,      -- lower case
    cost_center text not null,
    structure_tag text not null,
    onboarded_by text collate "C" not null,        -- e-mail, lower case; empty where a key was used
    onboarded_issuer text not null,      -- who vouched for the person
    last_ip text collate "C" not null,
    last_contact_at bigint not null,     -- 0: never
    last_boot_at bigint,
    runtime bigint,                      -- seconds since the last boot
    total_operating_time bigint,         -- seconds
    battery_level bigint,                -- percent
    hello_digest bytea,                   -- SHA-256 of the inventory as last said
    key_id bytea not null,                -- SHA-256 of the public key that may come back
    enrolled_at bigint not null,
    revoked_at bigint,
    -- What the search finds, all in lower case, its parts kept apart so that nothing is found across two of them. A revoked
    -- device is in no list.
    words text collate "C" not null generated always as (
        case when revoked_at is null
             then name_key || E'\n' || lower(mac) || E'\n' || lower(unit_key) || E'\n' || onboarded_by || E'\n'
             || site_key || E'\n' || department_key || E'\n' || lower(product) || E'\n' || last_ip
             else '' end) stored
);
create unique index devices_unit_id_key on devices (unit_id);
-- The orders of the list. They hold what the list shows and no more, so that nothing has to be skipped or looked up.
create index devices_name on devices (name_key, id) where revoked_at is null;
create index devices_mac on devices (mac, id) where revoked_at is null;
create index devices_product on devices (product, id) where revoked_at is null;
create index devices_version on devices (version, id) where revoked_at is null;
create index devices_onboarded_by on devices (onboarded_by, id) where revoked_at is null;
create index devices_last_ip on devices (last_ip, id) where revoked_at is null;
create index devices_last_contact on devices (last_contact_at, id) where revoked_at is null;
-- And of the filters of the list, in its own order.
create index devices_site on devices (site_key, name_key, id) where revoked_at is null;
create index devices_department on devices (department_key, name_key, id) where revoked_at is null;
create index devices_site_department on devices (site_key, department_key, name_key, id) where revoked_at is null;
create index devices_revoked on devices (revoked_at) where revoked_at is not null;

-- The words of the devices by their trigrams.
create index devices_words on devices using gin (words gin_trgm_ops);

create table device_certificates (
    id uuid primary key,
    device_id uuid not null references devices (id),
    der bytea not null,
    fingerprint bytea not null,           -- SHA-256 of the DER
    key_id bytea not null,
    not_after bigint not null,
    issued_at bigint not null,
    revoked_at bigint
);
create unique index device_certificates_fingerprint_key on device_certificates (fingerprint);
create index device_certificates_device on device_certificates (device_id, not_after);

-- A device that exists came with another key: somebody has to decide.
create table returning_devices (
    unit_id text primary key,
    device_id uuid not null references devices (id),
    key_id bytea not null,
    address text,
    asked_at bigint not null,
    times bigint not null
);

create table first_auth_keys (
    id uuid primary key,
    secret_hash bytea not null,           -- SHA-256; the key has 256 random bits
    unit_id text,                        -- for this device alone
    uses bigint not null,
    uses_left bigint not null check (uses_left >= 0),
    expires_at bigint not null,
    created_by text not null,
    created_at bigint not null,
    last_used_at bigint
);
create unique index first_auth_keys_secret_hash_key on first_auth_keys (secret_hash);
create index first_auth_keys_created on first_auth_keys (created_at, id);
create index first_auth_keys_expires on first_auth_keys (expires_at, id);

-- Which device key used a first-authentication key: the same one gets the same certificate again.
create table first_auth_uses (
    first_auth_key_id uuid not null references first_auth_keys (id),
    key_id bytea not null,
    device_id uuid not null references devices (id),
    certificate_id uuid not null references device_certificates (id),
    used_at bigint not null,
    primary key (first_auth_key_id, key_id)
);

-- Devices that the Onboarding Service has announced. The token is bound to the first key that brings it.
create table pending_registrations (
    token_hash bytea primary key,
    service text not null,               -- base address of the service that announced it
    unit_id text not null,
    email text not null,
    structure_tag text not null,
    issuer text not null,
    announced_at bigint not null,
    expires_at bigint not null,
    key_id bytea,                         -- redeemed with this key
    certificate_id uuid references device_certificates (id)
);
create index pending_registrations_expires on pending_registrations (expires_at);

create table commands (
    id uuid primary key,
    device_id uuid not null references devices (id),
    kind text not null,
    state text not null check (state in ('queued', 'sent', 'done', 'failed', 'expired')),
    by_name text not null,
    created_at bigint not null,
    expires_at bigint not null,
    sent_at bigint,
    finished_at bigint,
    message text not null
);
create index commands_device on commands (device_id, id);
create index commands_open on commands (expires_at) where finished_at is null;
