-- How people come to an account: invitations. An invitation is no user: it grants nothing before its link was opened and accepted.

create table invitations (
    id blob not null primary key,
    account_id blob not null references accounts (id),
    email text not null,            -- as typed
    email_key text not null,
    first_name text not null,
    last_name text not null,
    name_key text not null default '',  -- first and last name, lower case
    language text not null,         -- of the mail and of the user to come
    role text not null,
    state text not null,            -- pending, accepted, declined, cancelled, expired
    listed boolean not null,        -- in the Overview: pending, declined, cancelled
    token_hash blob,                -- of the newest link; null where the address has a user of another account: its mail has none
    user_id blob,                   -- who accepted it
    invited_by text not null,
    created_at bigint not null,
    sent_at bigint not null,        -- of the newest mail
    expires_at bigint not null,
    decided_at bigint
);
-- An address waits for one answer in an account at a time.
create unique index invitations_account_id_email_key_key on invitations (account_id, email_key) where state = 'pending';
create unique index invitations_token_hash_key on invitations (token_hash);
create index invitations_user on invitations (user_id) where user_id is not null;
create index invitations_expires on invitations (expires_at, id);

create index users_email on users (account_id, email_key, id);
create index users_state on users (account_id, state, id);
create index users_created on users (account_id, created_at, id);
create index users_deactivated on users (deactivated_at, id) where deactivated_at is not null;
create index user_roles_role on user_roles (role, user_id);
