-- What people choose for the lists that they look at: columns, and views, which are states of a list with a name. The same on both sides.
-- A holder is whoever may hold a session; what somebody has chosen goes with them.

create table list_columns (
    holder blob not null,
    list text not null,
    columns text not null,        -- keys, parted by dots
    primary key (holder, list)
);

create table list_views (
    holder blob not null,
    list text not null,
    name_key text not null,   -- lower case
    name text not null,
    state text not null,          -- the query of an address
    primary key (holder, list, name_key)
);

create trigger users_list_choices after delete on users begin
    delete from list_columns where holder = old.id;
    delete from list_views where holder = old.id;
end;

create trigger operators_list_choices after delete on operators begin
    delete from list_columns where holder = old.id;
    delete from list_views where holder = old.id;
end;
