-- Links for new passwords. A user has one at a time: a newer one takes the place of the last, which then opens nothing.

create table password_resets (
    user_id blob not null primary key references users (id) on delete cascade,
    token_hash blob not null,
    asked_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create unique index password_resets_token_hash_key on password_resets (token_hash);
