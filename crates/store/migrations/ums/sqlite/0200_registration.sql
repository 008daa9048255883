-- What each listed Onboarding Service says of this UMS: whether it is registered, and what its company has switched on for it. Kept, so
-- that it is known while the service does not answer.

create table cloud_registrations (
    service text not null primary key,  -- as in the configuration, without a final slash
    state text not null,             -- domain::network::RegistrationState
    name text not null,              -- "UMS Name" in the Customer Portal
    app_portal boolean not null,
    insight boolean not null,
    known_at bigint,                 -- the last answer
    asked_at bigint not null
);
