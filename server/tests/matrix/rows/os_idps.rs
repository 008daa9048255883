//! The providers of IGEL OS.

use super::{LIST, row};
use crate::matrix::Object::OsIdp;
use crate::matrix::Sample::{About, Form, FormAbout, Nothing};
use crate::matrix::Who::Holder;
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row("GET", "/export/idps", Holder("os_idp.view"), Nothing, 200),
    row(
        "POST",
        "/api/app/api/portal/os_idps/os_idps",
        Holder("os_idp.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/register_os_idp",
        Holder("os_idp.register"),
        OS_IDP,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/redirect_uri",
        Holder("os_idp.register"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/show_os_idp",
        Holder("os_idp.view"),
        About(OsIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/update_client_secret",
        Holder("os_idp.update_secret"),
        FormAbout(
            OsIdp,
            &[
                ("draft[id]", "{id}"),
                ("draft[version]", "1"),
                ("draft[client_secret]", "another"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/update_os_idp_domains",
        Holder("os_idp.update_domains"),
        FormAbout(OsIdp, &[("draft[id]", "{id}"), ("draft[version]", "1")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/rename_os_idp",
        Holder("os_idp.rename"),
        FormAbout(
            OsIdp,
            &[
                ("draft[id]", "{id}"),
                ("draft[version]", "1"),
                ("draft[name]", "Renamed {n}"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/enable_os_idp",
        Holder("os_idp.switch"),
        FormAbout(OsIdp, &[("draft[id]", "{id}"), ("draft[version]", "1")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/disable_os_idp",
        Holder("os_idp.switch"),
        FormAbout(OsIdp, &[("draft[id]", "{id}"), ("draft[version]", "1")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/stops_of_os_idp",
        Holder("os_idp.delete"),
        About(OsIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/delete_os_idp",
        Holder("os_idp.delete"),
        FormAbout(OsIdp, &[("draft[id]", "{id}"), ("draft[version]", "1")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/os_idp_test",
        Holder("os_idp.test"),
        About(OsIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/begin_os_idp_test",
        Holder("os_idp.test"),
        About(OsIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/explain_os_idp_message",
        Holder("os_idp.test"),
        Form(&[("message", "AADSTS50011")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/os_idps/discover_os_idp",
        Holder("os_idp.register"),
        Form(&[("draft[issuer]", "{issuer}")]),
        200,
    ),
];

const OS_IDP: Sample = Form(&[
    ("draft[name]", "IdP {n}"),
    ("draft[client_id]", "client {n}"),
    ("draft[client_secret]", "not to be seen again"),
    (
        "draft[authorization_endpoint]",
        "https://login.contoso.example/authorize",
    ),
    ("draft[token_endpoint]", "https://login.contoso.example/token"),
]);
