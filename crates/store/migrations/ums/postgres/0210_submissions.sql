-- Forms that were sent, for a day: a form that comes again (double click, reload, retry) is answered as it was before and makes nothing
-- new. The same on both sides.

create table submissions (
    id bytea not null primary key,    -- SHA-256 of who sent it, for what, and the key of the form
    account_id uuid,                -- none on the company side
    body_hash bytea not null,         -- SHA-256 of the key and what was typed
    answer text,                    -- JSON: what was answered
    sent_at bigint not null
);
create index submissions_sent on submissions (sent_at);
