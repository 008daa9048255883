-- The Overview is one list of users and of invitations, with an order, filters and a search by words over both. So there is one table
-- of its rows, kept by triggers: whatever changes a user, a role or an invitation need not know of it.

create table people (
    number bigint generated always as identity primary key,  -- the row of the search index
    id uuid not null unique,          -- of the user or of the invitation
    account_id uuid not null references accounts (id) on delete cascade,
    is_user boolean not null,
    email text not null,            -- as typed
    email_key text collate "C" not null,
    first_name text not null,
    last_name text not null,
    name_key text collate "C" not null,       -- lower case
    roles bigint not null,          -- a bit for each role: domain::Role::bit
    active text collate "C" not null,         -- yes, pending, no
    invitation text collate "C" not null,     -- pending, accepted, declined, cancelled; empty where there was none
    at bigint,                      -- when a user was deactivated, or an invitation ends
    created_at bigint not null,
    -- What the search finds, in lower case, its parts kept apart.
    words text collate "C" not null generated always as (email_key || E'\n' || name_key) stored
);
-- The orders of the list, and its filters in its own order.
create index people_email on people (account_id, email_key, id);
create index people_state on people (account_id, active, id);
create index people_created on people (account_id, created_at, id);
create index people_active on people (account_id, active, email_key, id);
create index people_invitation on people (account_id, invitation, email_key, id);
create index people_super_admin on people (account_id, email_key, id) where (roles & 1) <> 0;
create index people_account_admin on people (account_id, email_key, id) where (roles & 2) <> 0;
create index people_obs_admin on people (account_id, email_key, id) where (roles & 4) <> 0;
create index people_ums_admin on people (account_id, email_key, id) where (roles & 8) <> 0;
create index people_support_manager on people (account_id, email_key, id) where (roles & 16) <> 0;
create index people_app_portal_user on people (account_id, email_key, id) where (roles & 32) <> 0;
create index people_words on people using gin (words gin_trgm_ops);

create function people_user_insert() returns trigger language plpgsql as $$ begin
    insert into people (id, account_id, is_user, email, email_key, first_name, last_name, name_key, roles, active, invitation, at, created_at)
    values (new.id, new.account_id, true, new.email, new.email_key, new.first_name, new.last_name, new.name_key, 0,
            case new.state when 'active' then 'yes' when 'pending' then 'pending' else 'no' end, '', new.deactivated_at, new.created_at);
    return null;
end $$;
create trigger people_user_insert after insert on users for each row execute function people_user_insert();
create function people_user_update() returns trigger language plpgsql as $$ begin
    update people set email = new.email, email_key = new.email_key, first_name = new.first_name, last_name = new.last_name,
           name_key = new.name_key, at = new.deactivated_at,
           active = case new.state when 'active' then 'yes' when 'pending' then 'pending' else 'no' end
     where id = new.id;
    return null;
end $$;
create trigger people_user_update after update of email, email_key, first_name, last_name, name_key, state, deactivated_at on users for each row execute function people_user_update();
create function people_user_delete() returns trigger language plpgsql as $$ begin
    delete from people where id = old.id;
    return null;
end $$;
create trigger people_user_delete after delete on users for each row execute function people_user_delete();
create function people_role_insert() returns trigger language plpgsql as $$ begin
    update people set roles = roles | case new.role when 'super-admin' then 1 when 'account-admin' then 2 when 'obs-admin' then 4 when 'ums-admin' then 8 when 'support-manager' then 16 when 'app-portal-user' then 32 else 0 end
     where id = new.user_id;
    return null;
end $$;
create trigger people_role_insert after insert on user_roles for each row execute function people_role_insert();
create function people_role_delete() returns trigger language plpgsql as $$ begin
    update people set roles = roles & ~case old.role when 'super-admin' then 1 when 'account-admin' then 2 when 'obs-admin' then 4 when 'ums-admin' then 8 when 'support-manager' then 16 when 'app-portal-user' then 32 else 0 end
     where id = old.user_id;
    return null;
end $$;
create trigger people_role_delete after delete on user_roles for each row execute function people_role_delete();
create function people_invitation_insert() returns trigger language plpgsql as $$ begin
    insert into people (id, account_id, is_user, email, email_key, first_name, last_name, name_key, roles, active, invitation, at, created_at)
    select new.id, new.account_id, false, new.email, new.email_key, new.first_name, new.last_name, new.name_key,
           case new.role when 'super-admin' then 1 when 'account-admin' then 2 when 'obs-admin' then 4 when 'ums-admin' then 8 when 'support-manager' then 16 when 'app-portal-user' then 32 else 0 end,
           case new.state when 'pending' then 'pending' else 'no' end, new.state, new.expires_at, new.created_at
     where new.listed;
    return null;
end $$;
create trigger people_invitation_insert after insert on invitations for each row execute function people_invitation_insert();
create function people_invitation_update() returns trigger language plpgsql as $$ begin
    delete from people where id = new.id and not new.listed;
    update people set invitation = new.state, at = new.expires_at, active = case new.state when 'pending' then 'pending' else 'no' end
     where id = new.id;
    update people set invitation = 'accepted' where id = new.user_id and new.state = 'accepted';
    return null;
end $$;
create trigger people_invitation_update after update of state, listed, expires_at, user_id on invitations for each row execute function people_invitation_update();
create function people_invitation_delete() returns trigger language plpgsql as $$ begin
    delete from people where id = old.id;
    return null;
end $$;
create trigger people_invitation_delete after delete on invitations for each row execute function people_invitation_delete();
