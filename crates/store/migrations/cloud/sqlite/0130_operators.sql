-- How companies come to the portal: registrations, and the operators who check them. Operators are users of no account: they have a table, sessions
-- and a sign-in of their own.

create table operators (
    id blob not null primary key,
    email text not null,            -- as typed
    email_key text not null,
    name text not null,
    language text not null check (language in ('en', 'de')),  -- of mails
    password_hash text not null,    -- Argon2id, PHC text
    password_set_at bigint not null,
    signed_in_at bigint,
    created_at bigint not null
);
create unique index operators_email_key_key on operators (email_key);

-- A registration is no account: it grants nothing before an operator has approved it.
create table registrations (
    id blob not null primary key,
    company text not null,
    company_key text not null,
    address text not null,
    address2 text not null,
    city text not null,
    post_code text not null,
    country text not null,          -- ISO 3166-1
    region text not null,           -- STATE/PROVINCE
    industry text not null,
    email text not null,            -- as typed
    email_key text not null,
    first_name text not null,
    last_name text not null,
    phone text not null,
    language text not null check (language in ('en', 'de')),  -- of mails, and of the user to come
    news boolean not null,          -- whether news may be sent
    state text not null check (state in ('asked', 'confirmed', 'approved', 'refused')),
    token_hash blob not null,       -- of the link that confirms
    asked_at bigint not null,       -- when the privacy policies were accepted, too
    expires_at bigint not null,     -- of the link
    confirmed_at bigint,
    decided_at bigint,
    decided_by text not null,       -- an operator's address
    reason text not null,           -- of a refusal
    account_id blob references accounts (id) on delete cascade  -- that an approval made
);
-- An address has one registration on its way.
create unique index registrations_email_key_key on registrations (email_key) where state in ('asked', 'confirmed');
create unique index registrations_token_hash_key on registrations (token_hash);
create index registrations_expires on registrations (expires_at, id) where state = 'asked';
create index registrations_decided on registrations (decided_at, id) where state = 'refused';
create index registrations_account on registrations (account_id) where account_id is not null;
create index registrations_confirmed on registrations (confirmed_at, id) where confirmed_at is not null;
create index registrations_company on registrations (company_key, id) where confirmed_at is not null;
create index registrations_email on registrations (email_key, id) where confirmed_at is not null;
create index registrations_state on registrations (state, id) where confirmed_at is not null;

create index accounts_name on accounts (name_key, id);
create index accounts_created on accounts (created_at, id);
