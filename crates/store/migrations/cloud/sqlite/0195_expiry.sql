-- Mails about certificates and secrets that are about to end: one for each of them and each step, whatever restarts.

create table expiry_mails (
    account_id blob not null references accounts (id) on delete cascade,
    series text not null,            -- the object and what ends of it: a replaced certificate is another one
    days bigint not null,            -- the step: 30, 14, 3 or 1 days before the end
    expires_at bigint not null,
    sent_at bigint not null,
    primary key (account_id, series, days)
);
create index expiry_mails_expires on expiry_mails (expires_at);
