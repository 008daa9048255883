-- Whose domain it is: every domain that an account has mapped or added, and the state of its proof by a text record. A domain that is
-- proved or stale belongs to one account of the whole product.

create table domain_claims (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    domain text not null,            -- ASCII form, lower case
    registrable text not null,       -- the part under the public suffix: relatives are looked for within it
    token text not null,             -- the value of the record, after its prefix; public once it is published
    state text not null,             -- domain::domain_proof::DomainProof: pending, proved, stale
    finding text,                    -- of the last look: domain::domain_claim::DomainFinding
    seen text not null default '[]', -- JSON: other values that were there
    checked_at bigint,
    proved_at bigint,
    missing_since bigint,
    lapsed_at bigint,
    check_due_at bigint,             -- null: nobody looks but when asked
    created_at bigint not null
);
create unique index domain_claims_account_id_domain_key on domain_claims (account_id, domain);
create unique index domain_claims_domain_key on domain_claims (domain) where state <> 'pending';
create index domain_claims_created on domain_claims (account_id, created_at, id);
create index domain_claims_registrable on domain_claims (registrable) where state <> 'pending';
create index domain_claims_due on domain_claims (check_due_at) where check_due_at is not null;

-- Held while a domain is proved: of two relatives of two accounts one wins.
create table domain_guards (
    registrable text not null primary key
);

-- Domains that are mapped already. They were trusted by configuration or pending, and are still. Their first proof sets `registrable`.
insert into domain_claims (id, account_id, domain, registrable, token, state, created_at)
    select randomblob(16), account_id, domain, domain, lower(hex(randomblob(16))), 'pending', 0 from
        (select account_id, domain from os_idp_domains union select account_id, domain from routing_domains
         union select account_id, domain from saml_idp_domains) mapped;
