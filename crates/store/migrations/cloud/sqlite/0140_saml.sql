-- "Bring your IdP": the SAML providers at which an account's people sign in to the portal, the sign-ins that are under way, and
-- who is known by which name at which provider.

alter table accounts add column federated_sign_in_off_at bigint;  -- by an operator: until that is taken back passwords work

create table saml_idps (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    issuer text not null,            -- the provider's name for itself, compared letter by letter
    endpoint text not null,
    metadata_url text,
    host text not null,              -- "Domain name of federating IdP": for people to tell them apart
    active boolean not null,
    provision boolean not null,      -- who signs in for the first time becomes a user
    tested_at bigint,                -- a test sign-in passed with what stands here
    created_by text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create unique index saml_idps_account_id_issuer_key on saml_idps (account_id, issuer);

-- Several providers of an account may name a domain, so that the next one can be prepared; one of them is active.
create table saml_idp_domains (
    saml_idp_id blob not null references saml_idps (id) on delete cascade,
    domain text not null,            -- ASCII form, lower case
    account_id blob not null references accounts (id) on delete cascade,
    active boolean not null,         -- that of the provider
    primary key (saml_idp_id, domain)
);
create unique index saml_idp_domains_account_id_domain_key on saml_idp_domains (account_id, domain) where active;

create table saml_idp_certificates (
    saml_idp_id blob not null references saml_idps (id) on delete cascade,
    fingerprint text not null,       -- SHA-256
    certificate blob not null,       -- DER
    added_at bigint not null,
    primary key (saml_idp_id, fingerprint)
);

-- The last test sign-in of a provider.
create table saml_tests (
    saml_idp_id blob not null primary key references saml_idps (id) on delete cascade,
    result text not null,            -- JSON
    tested_by text not null,
    tested_at bigint not null
);

-- A sign-in that has begun in a browser: single use, for minutes.
create table saml_requests (
    relay_hash blob not null primary key,
    binding_hash blob not null,      -- of the cookie of the browser that began it
    saml_idp_id blob not null references saml_idps (id) on delete cascade,
    request_id text not null,
    url text not null,               -- where the browser is sent
    purpose text not null,           -- JSON: sign-in, test, invitation
    created_at bigint not null,
    expires_at bigint not null
);
create index saml_requests_binding on saml_requests (binding_hash, created_at);
create index saml_requests_expires on saml_requests (expires_at);

-- Assertions that were used, as long as they would be accepted.
create table saml_assertions (
    saml_idp_id blob not null references saml_idps (id) on delete cascade,
    assertion_id text not null,
    keep_until bigint not null,
    primary key (saml_idp_id, assertion_id)
);
create index saml_assertions_keep on saml_assertions (keep_until);

-- Who somebody is at a provider. An e-mail address leads to a user once, the first time; from then on it is this name.
create table saml_subjects (
    saml_idp_id blob not null references saml_idps (id) on delete cascade,
    subject text not null,           -- format and value of the name ID
    user_id blob not null references users (id) on delete cascade,
    linked_at bigint not null,
    primary key (saml_idp_id, subject)
);
create unique index saml_subjects_saml_idp_id_user_id_key on saml_subjects (saml_idp_id, user_id);
create index saml_subjects_user on saml_subjects (user_id);
