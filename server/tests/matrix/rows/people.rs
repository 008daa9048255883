//! Users and invitations.

use super::{LIST, row};
use crate::matrix::Object::{FormerUser, Invitation, User};
use crate::matrix::Sample::{About, Form, FormAbout, Link, Nothing};
use crate::matrix::Who::{Anybody, Holder, Invited};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row(
        "POST",
        "/api/app/api/portal/users/people",
        Holder("user.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/users_to_choose",
        Holder("user.change_roles"),
        Form(&[("search", "")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/user_to_change",
        Holder("user.change_roles"),
        About(User),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/add_role",
        Holder("user.change_roles"),
        FormAbout(
            User,
            &[("draft[user]", "{id}"), ("draft[role]", "support-manager")],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/remove_role",
        Holder("user.change_roles"),
        FormAbout(User, &[("draft[user]", "{id}"), ("draft[role]", "obs-admin")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/deactivate_user",
        Holder("user.change_roles"),
        About(User),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/restore_user",
        Holder("user.change_roles"),
        About(FormerUser),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/invite_user",
        Holder("user.invite"),
        INVITATION,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/invite_users",
        Holder("user.invite"),
        INVITATIONS,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/resend_invitation",
        Holder("user.invite"),
        About(Invitation),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/cancel_invitation",
        Holder("user.invite"),
        About(Invitation),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/open_invitation",
        Anybody,
        Link(&[("token", "{token}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/accept_invitation",
        Invited,
        Link(&[
            ("draft[token]", "{token}"),
            ("draft[password]", "rye bread at seven"),
        ]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/decline_invitation",
        Anybody,
        Link(&[("token", "{token}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/people_selected",
        Holder("user.view"),
        FormAbout(User, &[("act", "deactivate"), ("selection[ids]", "{id}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/users/deactivate_users",
        Holder("user.change_roles"),
        FormAbout(User, &[("selection[ids]", "{id}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/resend_invitations",
        Holder("user.invite"),
        FormAbout(Invitation, &[("selection[ids]", "{id}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/invitations/cancel_invitations",
        Holder("user.invite"),
        FormAbout(Invitation, &[("selection[ids]", "{id}")]),
        200,
    ),
    row("GET", "/export/users", Holder("user.view"), Nothing, 200),
];

const INVITATION: Sample = Form(&[
    ("draft[email]", "invited{n}@contoso.example"),
    ("draft[role]", "obs-admin"),
]);

const INVITATIONS: Sample = Form(&[
    ("draft[lines]", "one{n}@contoso.example\ntwo{n}@contoso.example"),
    ("draft[role]", "obs-admin"),
]);
