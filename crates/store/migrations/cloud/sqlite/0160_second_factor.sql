-- The second factor of sign-ins with a password: an authenticator app (TOTP) and recovery codes. `pending_sign_ins` are sign-ins whose
-- password was right and whose code is still to come.

create table second_factors (
    user_id blob not null primary key references users (id) on delete cascade,
    secret blob not null,           -- sealed: what the codes are made from
    recovery blob,                  -- sealed: the recovery codes, for as long as they are shown
    shown_at bigint not null,       -- key, then recovery codes
    confirmed_at bigint,            -- null: the key is shown, and not in force
    last_step bigint not null       -- of the last code that was accepted: none is accepted twice
);

create table recovery_codes (
    user_id blob not null references users (id) on delete cascade,
    code_hash blob not null,
    used_at bigint,
    primary key (user_id, code_hash)
);

create table second_factor_roles (
    account_id blob not null references accounts (id) on delete cascade,
    role text not null,             -- whoever has it needs a second factor
    primary key (account_id, role)
);

create table pending_sign_ins (
    token_hash blob not null primary key,
    user_id blob not null references users (id) on delete cascade,
    password_hash text not null,    -- the one that was right: with another one the sign-in is over
    next text not null,             -- the page wanted
    tries bigint not null,
    started_at bigint not null
);
