-- What people choose for the lists that they look at: columns, and views, which are states of a list with a name. The same on both sides.
-- A holder is whoever may hold a session; what somebody has chosen goes with them.

create table list_columns (
    holder uuid not null,
    list text collate "C" not null,
    columns text not null,        -- keys, parted by dots
    primary key (holder, list)
);

create table list_views (
    holder uuid not null,
    list text collate "C" not null,
    name_key text collate "C" not null,   -- lower case
    name text not null,
    state text not null,          -- the query of an address
    primary key (holder, list, name_key)
);

create function forget_list_choices() returns trigger language plpgsql as $$
begin
    delete from list_columns where holder = old.id;
    delete from list_views where holder = old.id;
    return old;
end $$;

create trigger users_list_choices after delete on users for each row execute function forget_list_choices();

create trigger operators_list_choices after delete on operators for each row execute function forget_list_choices();
