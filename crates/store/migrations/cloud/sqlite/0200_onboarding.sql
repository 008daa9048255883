-- Devices on their way through the Onboarding Service: the run, the sign-in at the identity provider, the one-time token for the
-- UMS, and the assertions by which UMSs have proved themselves. Runs stay 30 days, for "last onboardings"; the rest minutes.

create table onboardings (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    idp_id blob not null,            -- the provider of the domain when the run began; the code goes to no other
    routing_id blob,                 -- the record, sought after the sign-in
    probe boolean not null,          -- an administrator's try in a browser: no device, no token
    email text not null,
    email_key text not null,
    client text not null,            -- what rates are counted by: where the run was begun from
    unit_id text,
    mac text,
    product text not null,
    version text not null,
    structure_tag text,
    code text not null,              -- shown by the device and on the page
    secret_hash blob,                -- the device's, to ask how it stands
    link_hash blob,                  -- of the address that the person opens
    step text not null,              -- domain::onboarding::OnboardingStep
    issuer text,
    subject text,
    assurance text,
    failure text,                    -- onboarding::Failure
    failure_code bigint,
    failure_cause text not null,     -- for the administrator; never a secret
    created_at bigint not null,
    expires_at bigint not null,      -- the person has to have signed in by then
    step_at bigint not null
);
create unique index onboardings_link_hash_key on onboardings (link_hash);
create index onboardings_routing on onboardings (account_id, routing_id, step_at, id);
create index onboardings_email on onboardings (email_key, created_at);
create index onboardings_client on onboardings (client, created_at);
create index onboardings_created on onboardings (created_at);

create table onboarding_sign_ins (
    onboarding_id blob not null primary key references onboardings (id) on delete cascade,  -- a new one replaces the last
    cookie_hash blob not null,
    state_hash blob not null,
    sealed blob not null,            -- nonce and PKCE verifier
    language text not null,
    used_at bigint,
    expires_at bigint not null
);
create unique index onboarding_sign_ins_cookie_hash_key on onboarding_sign_ins (cookie_hash);
create index onboarding_sign_ins_expires on onboarding_sign_ins (expires_at);

create table onboarding_tokens (
    onboarding_id blob not null primary key references onboardings (id) on delete cascade,
    hash blob not null,
    sealed blob not null,            -- the token itself, which the device fetches until it ends
    audience text not null,          -- fingerprint of the UMS ID it is for
    host text not null,
    port bigint not null,
    chain_pem text not null,
    state text not null check (state in ('issued', 'announced', 'redeemed')),
    key_id text,                     -- SHA-256 of the device key it was redeemed with
    issued_at bigint not null,
    announced_at bigint,
    redeemed_at bigint,
    expires_at bigint not null
);
create unique index onboarding_tokens_hash_key on onboarding_tokens (hash);
create index onboarding_tokens_expires on onboarding_tokens (expires_at);

create table onboarding_assertions (
    fingerprint text not null,
    jti_hash blob not null,
    expires_at bigint not null,
    primary key (fingerprint, jti_hash)
);
create index onboarding_assertions_expires on onboarding_assertions (expires_at);
