//! The rows, by hand: a new endpoint without one fails the test, and so does a row without its endpoint.

use super::Object::{Device, FormerUser, Invitation, Routing, User};
use super::Sample::{About, Form, FormAbout, Link, Multipart, Nothing, Own};
use super::Who::{Anybody, Device as DeviceOnly, Holder, Invited, Proof};
use super::{Row, Sample, Who};

/// The query of a list: everything.
const LIST: Sample = Form(&[("query[search]", "")]);

/// The Customer Portal.
pub const PORTAL: &[Row] = &[
    row(
        "POST",
        "/api/app/api/portal/session/sign_in",
        Anybody,
        SIGN_IN,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/session/sign_out",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/session/me",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/passwords/forgot_password",
        Anybody,
        FORGOTTEN,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/passwords/reset_link",
        Anybody,
        Form(&[("token", RESET_TOKEN)]),
        200,
    ),
    row("POST", RESET_PASSWORD, Anybody, RESET, 200),
    row(
        "POST",
        "/api/app/api/portal/my_account/my_account",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/my_account/set_language",
        Holder("portal.signed_in"),
        Form(&[("draft[language]", "de")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/my_account/change_password",
        Holder("portal.signed_in"),
        CHANGE_PASSWORD,
        200,
    ),
    row(
        "POST",
        END_SESSION,
        Holder("portal.signed_in"),
        Form(&[("key", SESSION_KEY)]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/my_account/end_other_sessions",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/activation/activation",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
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
    row("POST", ACTIVATE, Holder("onboarding.activate"), Nothing, 200),
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
        "/api/app/api/portal/routing/routing_records",
        Holder("routing.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/routing_record",
        Holder("routing.view"),
        About(Routing),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/last_onboardings",
        Holder("routing.view"),
        About(Routing),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/register_routing",
        Holder("routing.create"),
        ROUTING,
        200,
    ),
    row(
        "POST",
        "/forms/routing",
        Holder("routing.create"),
        ROUTING_UPLOAD,
        303,
    ),
    row(
        "POST",
        "/api/app/api/portal/ums_instances/ums_instances",
        Holder("ums_instance.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/ums_instances/register_ums_instance",
        Holder("ums_instance.create"),
        UMS_INSTANCE,
        200,
    ),
    row(
        "POST",
        "/forms/ums-instance",
        Holder("ums_instance.create"),
        UMS_INSTANCE_UPLOAD,
        303,
    ),
    row("POST", "/preferences", Anybody, PREFERENCE, 303),
];

/// The UMS Web App.
pub const WEB_APP: &[Row] = &[
    row(
        "POST",
        "/wums-app/api/app/api/ums/session/sign_in",
        Anybody,
        UMS_SIGN_IN,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/session/sign_out",
        Holder("ums.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/session/me",
        Holder("ums.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/devices",
        Holder("device.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/device",
        Holder("device.view"),
        About(Device),
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/reboot_device",
        Holder("device.command"),
        About(Device),
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/devices/reboot_devices",
        Holder("device.command"),
        Form(&[("search", "")]),
        200,
    ),
    row(
        "GET",
        "/wums-app/device-events",
        Holder("device.view"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/network/network",
        Holder("network.view"),
        Nothing,
        200,
    ),
    row("GET", "/wums-app/chain", Holder("network.view"), Nothing, 200),
    row("GET", "/wums-app/ums-id", Holder("ums_id.export"), Nothing, 200),
    row("POST", "/wums-app/preferences", Anybody, PREFERENCE, 303),
];

/// The device connector. Cookies mean nothing here.
pub const CONNECTOR: &[Row] = &[
    row(
        "GET",
        "/device-connector/device/.well-known/est/cacerts",
        Anybody,
        Nothing,
        200,
    ),
    row(
        "GET",
        "/device-connector/device/.well-known/est/csrattrs",
        Anybody,
        Nothing,
        200,
    ),
    row(
        "POST",
        "/device-connector/device/.well-known/est/simpleenroll",
        Proof(401),
        Own,
        200,
    ),
    row(
        "POST",
        "/device-connector/device/.well-known/est/simplereenroll",
        DeviceOnly,
        Own,
        200,
    ),
    row("GET", "/device-connector/device/ws-connect", DeviceOnly, Own, 101),
    row("GET", "/device-connector/onboarding", Anybody, Nothing, 200),
    row("POST", "/device-connector/onboarding", Proof(403), Own, 201),
    row("GET", "/ums/check-status", Anybody, Nothing, 200),
    row("GET", "/info", Anybody, Nothing, 200),
];

/// The Onboarding Service. It knows no session of the portal; a run's secret, link or cookie opens that run.
pub const ONBOARDING: &[Row] = &[
    row("GET", "/", Anybody, Nothing, 200),
    row("GET", "/result", Proof(400), Own, 200),
    row("GET", "/sign-in/{token}", Proof(404), Own, 200),
    row("POST", "/sign-in/{token}", Proof(404), Own, 200),
    row("GET", "/auth/{email}", Anybody, Own, 200),
    row("POST", "/auth/{email}", Anybody, Own, 200),
    row("GET", "/obs-{hash}.css", Anybody, Own, 200),
    row("POST", "/api/v1/onboardings", Anybody, Own, 201),
    row("GET", "/api/v1/onboardings/{id}", Proof(401), Own, 200),
    row("POST", "/api/v1/tokens/validate", Proof(401), Own, 200),
];

/// The row that needs a link that was not used yet, and the token of that link.
pub const RESET_PASSWORD: &str = "/api/app/api/portal/passwords/reset_password";
pub const RESET_TOKEN: &str = "the-token-of-the-matrix";
/// The row that needs a further session of the caller, and the key of that session.
pub const END_SESSION: &str = "/api/app/api/portal/my_account/end_session";
pub const SESSION_KEY: &str = "5555555555555555555555555555555555555555555555555555555555555555";

/// The row that needs IGEL OS Onboarding not to be active yet.
pub const ACTIVATE: &str = "/api/app/api/portal/activation/activate_onboarding";

const SIGN_IN: Sample = Form(&[
    ("draft[user]", "admin@contoso.example"),
    ("draft[password]", "rye bread at seven"),
    ("draft[next]", ""),
]);
const FORGOTTEN: Sample = Form(&[
    ("draft[user]", "user{n}@contoso.example"),
    ("draft[email]", "user{n}@contoso.example"),
]);
// The same password again, so that whoever signs in after it still can.
const RESET: Sample = Form(&[
    ("draft[token]", RESET_TOKEN),
    ("draft[password]", "rye bread at seven"),
]);
const CHANGE_PASSWORD: Sample = Form(&[
    ("draft[old_password]", "rye bread at seven"),
    ("draft[password]", "rye bread at seven"),
]);
const UMS_SIGN_IN: Sample = Form(&[
    ("draft[user]", "root"),
    ("draft[password]", "rye bread at seven"),
    ("draft[next]", ""),
]);
const INVITATION: Sample = Form(&[
    ("draft[email]", "invited{n}@contoso.example"),
    ("draft[role]", "obs-admin"),
]);
const INVITATIONS: Sample = Form(&[
    ("draft[lines]", "one{n}@contoso.example\ntwo{n}@contoso.example"),
    ("draft[role]", "obs-admin"),
]);
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
const ROUTING: Sample = Form(ROUTING_FIELDS);
const ROUTING_UPLOAD: Sample = Multipart(ROUTING_FIELDS);
const ROUTING_FIELDS: &[(&str, &str)] = &[
    ("draft[name]", "UMS {n}"),
    ("draft[host]", "ums.contoso.example"),
    ("draft[port]", "8443"),
    ("draft[users]", "user{n}@contoso.example"),
    ("draft[chain]", "{chain}"),
];
const UMS_INSTANCE: Sample = Form(UMS_INSTANCE_FIELDS);
const UMS_INSTANCE_UPLOAD: Sample = Multipart(UMS_INSTANCE_FIELDS);
const UMS_INSTANCE_FIELDS: &[(&str, &str)] =
    &[("draft[name]", "UMS {n}"), ("draft[certificate]", "{ums_id}")];
const PREFERENCE: Sample = Form(&[("lang", "de"), ("back", "/login")]);

const fn row(method: &'static str, path: &'static str, who: Who, sample: Sample, done: u16) -> Row {
    Row {
        method,
        path,
        who,
        sample,
        done,
    }
}
