-- Support: cases of companies with their conversation and files. The content of files lies in a folder, under the id of its row.

create table case_numbers (
    one bigint not null primary key check (one = 1),
    last bigint not null             -- the last number that was given
);
insert into case_numbers (one, last) values (1, 1000);

create table cases (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    number bigint not null,          -- C-1042: unique in the installation
    kind text not null,              -- domain::case::CaseKind
    product text not null,           -- domain::case::Product
    severity text not null,          -- domain::case::Severity
    subject text not null,
    words text not null,             -- number and subject in lower case: for the search
    state text not null,             -- domain::case::CaseState
    facts text,                      -- JSON: domain::case::OnboardingFacts
    submitted_by text not null,      -- e-mail
    created_at bigint not null,
    updated_at bigint not null,
    closed_at bigint                 -- null while it is open
);
create unique index cases_number_key on cases (number);
create index cases_account_number on cases (account_id, number, id);
create index cases_account_updated on cases (account_id, updated_at, id);
create index cases_number on cases (number, id);
create index cases_updated on cases (updated_at, id);
create index cases_state on cases (state);
create index cases_closed on cases (closed_at) where closed_at is not null;

create table case_entries (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    case_id blob not null references cases (id) on delete cascade,
    side text not null,              -- company, support
    author_id blob,                  -- of the user or operator
    author text not null,            -- e-mail
    internal boolean not null,       -- a note among operators
    text text not null,
    state text,                      -- the state afterwards, where it became another
    created_at bigint not null
);
create index case_entries_case on case_entries (case_id, created_at, id);

create table case_files (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    case_id blob not null references cases (id) on delete cascade,
    entry_id blob not null references case_entries (id) on delete cascade,
    name text not null,
    bytes bigint not null,
    kind text not null,              -- media type
    gone_at bigint                   -- when its content was deleted
);
create index case_files_case on case_files (case_id, id);
create index case_files_account on case_files (account_id, bytes) where gone_at is null;
create index case_files_there on case_files (id) where gone_at is null;
