-- An import of users must not take an open form from somebody who edits the record: what a form is compared with is the number of
-- the last change that was about more than users.

alter table routings add column settings_version bigint not null default 1;
update routings set settings_version = version;
