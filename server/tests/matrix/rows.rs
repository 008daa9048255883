//! The rows, by hand: a new endpoint without one fails the test, and so does a row without its endpoint.

use super::Object::{
    Account, Device, Domain, FormerUser, FreshRouting, Invitation, OsIdp, Registration, Routing, SamlIdp,
    UmsInstance, User,
};
use super::Sample::{About, Form, FormAbout, Link, Multipart, MultipartAbout, Nothing, Own};
use super::Who::{Anybody, Device as DeviceOnly, Holder, Invited, Newcomer, Proof};
use super::{Row, Sample, Who};

/// A code that is none.
const CODE: Sample = Form(&[("draft[code]", "000000")]);
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
        Holder("portal.session"),
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
    // Their codes are of no app, so whoever may gets as far as a refusal.
    row(
        "POST",
        "/api/app/api/portal/second_factor/sign_in_step",
        Anybody,
        Nothing,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/enter_code",
        Anybody,
        CODE,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/offer_second_factor",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/offered_second_factor",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/confirm_second_factor",
        Holder("portal.signed_in"),
        CODE,
        422,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/remove_second_factor",
        Holder("portal.signed_in"),
        CODE,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/recovery_codes",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/renew_recovery_codes",
        Holder("portal.signed_in"),
        CODE,
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/reset_second_factor",
        Holder("user.change_roles"),
        About(User),
        409,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/second_factor_requirement",
        Holder("user.view"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/second_factor/require_second_factor",
        Holder("second_factor.require"),
        Form(&[("draft[roles][]", "app-portal-user")]),
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
    row(
        "POST",
        "/api/app/api/portal/registrations/register",
        Anybody,
        REGISTRATION,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/registrations/registration_link",
        Anybody,
        Form(&[("token", REGISTRATION_TOKEN)]),
        200,
    ),
    row(
        "POST",
        CONFIRM_REGISTRATION,
        Anybody,
        Form(&[("token", REGISTRATION_TOKEN)]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/registrations/legal_text",
        Anybody,
        Form(&[("text", "terms"), ("language", "en")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/first_password/first_password",
        Newcomer,
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/first_password/set_first_password",
        Newcomer,
        Form(&[("draft[password]", "a loaf for every day")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/account/account",
        Holder("account.view"),
        Nothing,
        200,
    ),
    row("POST", EDIT_ACCOUNT, Holder("account.edit"), ACCOUNT_EDIT, 200),
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
    row(
        "POST",
        "/api/app/api/portal/activity/activities",
        Holder("activity.view"),
        LIST,
        200,
    ),
    row("GET", "/export/users", Holder("user.view"), Nothing, 200),
    row("GET", "/export/activity", Holder("activity.view"), Nothing, 200),
    row("GET", "/export/idps", Holder("os_idp.view"), Nothing, 200),
    row("GET", "/export/onboarding", Holder("routing.view"), Nothing, 200),
    row("GET", "/export/ums", Holder("ums_instance.view"), Nothing, 200),
    row("POST", ACTIVATE, Holder("onboarding.activate"), Nothing, 200),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/saml_idps",
        Holder("saml_idp.manage"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/saml_idp",
        Holder("saml_idp.manage"),
        About(SamlIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/read_saml_metadata",
        Holder("saml_idp.manage"),
        Form(&[("draft[metadata]", "{saml_metadata}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/register_saml_idp",
        Holder("saml_idp.manage"),
        SAML_IDP,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/change_saml_idp",
        Holder("saml_idp.manage"),
        FormAbout(
            SamlIdp,
            &[("draft[id]", "{id}"), ("draft[domains]", "{company}.test")],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/change_saml_place",
        Holder("saml_idp.manage"),
        FormAbout(
            SamlIdp,
            &[
                ("draft[id]", "{id}"),
                ("draft[issuer]", "https://idp.{company}.test/{n}"),
                ("draft[endpoint]", "https://idp.{company}.test/sso"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/add_saml_certificate",
        Holder("saml_idp.manage"),
        FormAbout(SamlIdp, &[("id", "{id}"), ("certificate", "{saml_certificate}")]),
        200,
    ),
    row(
        "POST",
        REMOVE_SAML_CERTIFICATE,
        Holder("saml_idp.manage"),
        FormAbout(SamlIdp, &[("id", "{id}"), ("fingerprint", "{saml_fingerprint}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/test_saml_idp",
        Holder("saml_idp.manage"),
        About(SamlIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/activate_saml_idp",
        Holder("saml_idp.manage"),
        About(SamlIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/deactivate_saml_idp",
        Holder("saml_idp.manage"),
        About(SamlIdp),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/saml_idps/delete_saml_idp",
        Holder("saml_idp.manage"),
        About(SamlIdp),
        200,
    ),
    row("POST", COMPANY_SIGN_IN, Anybody, Nothing, 200),
    row("POST", "/saml/acs", Anybody, SAML_ANSWER, 303),
    row("GET", "/saml/metadata", Anybody, Nothing, 200),
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
        "/api/app/api/portal/routing/edit_routing",
        Holder("routing.edit"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[name]", "Renamed {n}"),
                ("draft[host]", "ums.contoso.example"),
                ("draft[port]", "8443"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/replace_routing_chain",
        Holder("routing.replace_chain"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[chain]", "{chain}"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/map_routing_domains",
        Holder("routing.map_domains"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[domains]", "d{n}.example"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/switch_routing",
        Holder("routing.switch"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[enabled]", "false"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/add_routing_target",
        Holder("routing.edit"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[host]", "ums{n}.contoso.example"),
                ("draft[port]", "8443"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/remove_routing_target",
        Holder("routing.edit"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[host]", "further.example"),
                ("draft[port]", "8443"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/delete_routing",
        Holder("routing.delete"),
        FormAbout(
            FreshRouting,
            &[("draft[record]", "{id}"), ("draft[version]", "2")],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/routing_history",
        Holder("routing.view"),
        About(Routing),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/restore_routing",
        Holder("routing.restore"),
        FormAbout(
            FreshRouting,
            &[
                ("draft[record]", "{id}"),
                ("draft[version]", "2"),
                ("draft[to]", "1"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/mapped_users",
        Holder("routing.view"),
        FormAbout(Routing, &[("id", "{id}"), ("query[search]", "")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/import_results",
        Holder("routing.view"),
        FormAbout(FreshRouting, &[("id", "{id}"), ("before", "0")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/inspect_chain",
        Holder("routing.inspect_chain"),
        Form(&[("draft[chain]", "{chain}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/check_routing",
        Holder("routing.check"),
        FormAbout(FreshRouting, &[("id", "{id}")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/remove_mapped_user",
        Holder("routing.map_users"),
        FormAbout(
            FreshRouting,
            &[("record", "{id}"), ("email", "u{id}@mapped.example")],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/routing/resolve_route",
        Holder("routing.resolve"),
        Form(&[("email", "somebody@contoso.example")]),
        200,
    ),
    row(
        "POST",
        "/forms/routing-chain",
        Holder("routing.replace_chain"),
        ROUTING_CHAIN_UPLOAD,
        303,
    ),
    row(
        "POST",
        "/forms/mapped-users",
        Holder("routing.map_users"),
        MAPPED_USERS,
        303,
    ),
    row(
        "GET",
        "/export/mapped-users",
        Holder("routing.view"),
        About(FreshRouting),
        200,
    ),
    row(
        "GET",
        "/export/mapped-users-import",
        Holder("routing.view"),
        About(FreshRouting),
        200,
    ),
    row(
        "GET",
        "/downloads/obs-root-certificate",
        Holder("routing.view"),
        About(Routing),
        200,
    ),
    row(
        "GET",
        "/events/onboardings",
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
    row(
        "POST",
        "/api/app/api/portal/checklist/checklist",
        Holder("portal.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/expiry/expiries",
        Holder("expiry.view"),
        LIST,
        200,
    ),
    row("GET", "/export/expiry", Holder("expiry.view"), Nothing, 200),
    row(
        "POST",
        "/api/app/api/portal/domains/domains",
        Holder("domain.view"),
        LIST,
        200,
    ),
    row("GET", "/export/domains", Holder("domain.view"), Nothing, 200),
    row(
        "POST",
        "/api/app/api/portal/domains/domain_details",
        Holder("domain.view"),
        About(Domain),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/domains/add_domains",
        Holder("domain.add"),
        Form(&[("draft[domains]", "added{n}.com")]),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/domains/check_domain",
        Holder("domain.check"),
        About(Domain),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/domains/remove_domain",
        Holder("domain.remove"),
        About(Domain),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/ums_instances/ums_instance",
        Holder("ums_instance.view"),
        About(UmsInstance),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/ums_instances/edit_ums_instance",
        Holder("ums_instance.edit"),
        FormAbout(
            UmsInstance,
            &[
                ("draft[id]", "{id}"),
                ("draft[version]", "1"),
                ("draft[name]", "UMS {n}"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/ums_instances/replace_ums_id",
        Holder("ums_instance.replace_id"),
        FormAbout(
            UmsInstance,
            &[
                ("draft[id]", "{id}"),
                ("draft[version]", "1"),
                ("draft[certificate]", "{ums_id}"),
            ],
        ),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/ums_instances/delete_ums_instance",
        Holder("ums_instance.delete"),
        About(UmsInstance),
        200,
    ),
    row("POST", "/preferences", Anybody, PREFERENCE, 303),
    row("POST", "/lists", Holder("portal.choose_lists"), LIST_CHOICE, 303),
    row(
        "POST",
        "/api/app/api/portal/lists/list_choices",
        Holder("portal.choose_lists"),
        Nothing,
        200,
    ),
];

/// The operators' pages.
pub const OPERATOR: &[Row] = &[
    row(
        "POST",
        "/operator/api/app/api/operator/session/sign_in",
        Anybody,
        OPERATOR_SIGN_IN,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/session/sign_out",
        Holder("operator.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/operator/lists",
        Holder("operator.choose_lists"),
        LIST_CHOICE,
        303,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/lists/list_choices",
        Holder("operator.choose_lists"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/session/me",
        Holder("operator.signed_in"),
        Nothing,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/registrations",
        Holder("registration.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/registration",
        Holder("registration.view"),
        About(Registration),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/approve_registration",
        Holder("registration.decide"),
        FormAbout(
            Registration,
            &[("draft[id]", "{id}"), ("draft[name]", "Northwind {n}")],
        ),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/registrations/refuse_registration",
        Holder("registration.decide"),
        FormAbout(
            Registration,
            &[("draft[id]", "{id}"), ("draft[reason]", "Not known.")],
        ),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/accounts",
        Holder("accounts.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/account_details",
        Holder("accounts.view"),
        About(Account),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/account_users",
        Holder("accounts.view"),
        FormAbout(Account, &[("id", "{id}"), ("query[search]", "")]),
        200,
    ),
    row(
        "POST",
        "/operator/api/app/api/operator/accounts/account_activity",
        Holder("accounts.view"),
        FormAbout(Account, &[("id", "{id}"), ("query[search]", "")]),
        200,
    ),
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
        "/wums-app/export/devices",
        Holder("device.view"),
        Nothing,
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
    row(
        "POST",
        "/wums-app/api/app/api/ums/network/check_registration",
        Holder("registration.check"),
        Nothing,
        200,
    ),
    row("GET", "/wums-app/chain", Holder("network.view"), Nothing, 200),
    row("GET", "/wums-app/ums-id", Holder("ums_id.export"), Nothing, 200),
    row("POST", "/wums-app/preferences", Anybody, PREFERENCE, 303),
    row(
        "POST",
        "/wums-app/lists",
        Holder("ums.choose_lists"),
        LIST_CHOICE,
        303,
    ),
    row(
        "POST",
        "/wums-app/api/app/api/ums/lists/list_choices",
        Holder("ums.choose_lists"),
        Nothing,
        200,
    ),
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
    row("GET", "/test/{token}", Proof(404), Own, 200),
    row("POST", "/test/{token}", Proof(404), Own, 200),
    row("GET", "/auth/{email}", Anybody, Own, 200),
    row("POST", "/auth/{email}", Anybody, Own, 200),
    row("GET", "/obs-{hash}.css", Anybody, Own, 200),
    row("POST", "/api/v1/onboardings", Anybody, Own, 201),
    row("GET", "/api/v1/onboardings/{id}", Proof(401), Own, 200),
    row("POST", "/api/v1/tokens/validate", Proof(401), Own, 200),
    row("POST", "/api/v1/ums-registration", Proof(401), Own, 200),
];

/// The row that needs a link that was not used yet, and the token of that link.
pub const RESET_PASSWORD: &str = "/api/app/api/portal/passwords/reset_password";
pub const RESET_TOKEN: &str = "the-token-of-the-matrix";
/// The row that needs a further session of the caller, and the key of that session.
pub const END_SESSION: &str = "/api/app/api/portal/my_account/end_session";
pub const SESSION_KEY: &str = "5555555555555555555555555555555555555555555555555555555555555555";

/// The row that needs a registration that waits for its confirmation, and the token of its link.
pub const CONFIRM_REGISTRATION: &str = "/api/app/api/portal/registrations/confirm_registration";
pub const REGISTRATION_TOKEN: &str = "the-registration-of-the-matrix";
/// The row that needs the account to be as it was.
pub const EDIT_ACCOUNT: &str = "/api/app/api/portal/account/edit_account";

/// The row that needs a provider with a second certificate.
pub const REMOVE_SAML_CERTIFICATE: &str = "/api/app/api/portal/saml_idps/remove_saml_certificate";
/// The row that needs a sign-in at a company's provider under way in the browser.
pub const COMPANY_SIGN_IN: &str = "/api/app/api/portal/session/company_sign_in";

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
const OPERATOR_SIGN_IN: Sample = Form(&[
    ("draft[user]", "operator@vendor.example"),
    ("draft[password]", "rye bread at seven"),
    ("draft[next]", ""),
]);
const REGISTRATION: Sample = Form(&[
    ("draft[company]", "Northwind {n}"),
    ("draft[address]", "Road 1"),
    ("draft[city]", "Berlin"),
    ("draft[post_code]", "10115"),
    ("draft[country]", "DE"),
    ("draft[state]", "Berlin"),
    ("draft[industry]", "it"),
    ("draft[email]", "eva{n}@northwind.example"),
    ("draft[first_name]", "Eva"),
    ("draft[last_name]", "Lund"),
    ("draft[phone]", "+49 30 12345"),
    ("draft[language]", "de"),
    ("draft[privacy]", "true"),
]);
const ACCOUNT_EDIT: Sample = Form(&[
    ("draft[version]", "1"),
    ("draft[company]", "{company}"),
    ("draft[address]", "Road 1"),
    ("draft[city]", "Berlin"),
    ("draft[post_code]", "10115"),
    ("draft[country]", "DE"),
    ("draft[state]", "Berlin"),
    ("draft[industry]", "it"),
    ("draft[phone]", "+49 30 12345"),
]);
const INVITATION: Sample = Form(&[
    ("draft[email]", "invited{n}@contoso.example"),
    ("draft[role]", "obs-admin"),
]);
const INVITATIONS: Sample = Form(&[
    ("draft[lines]", "one{n}@contoso.example\ntwo{n}@contoso.example"),
    ("draft[role]", "obs-admin"),
]);
const SAML_IDP: Sample = Form(&[
    ("draft[metadata]", "{saml_metadata}"),
    ("draft[issuer]", "urn:contoso:idp:{n}"),
    ("draft[domains]", "{company}.test"),
]);
// An answer that nobody has asked for: the browser is led to the page that says so.
const SAML_ANSWER: Sample = Form(&[("SAMLResponse", "x"), ("RelayState", "x")]);
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
const ROUTING_CHAIN_UPLOAD: Sample = MultipartAbout(
    FreshRouting,
    &[
        ("draft[record]", "{id}"),
        ("draft[version]", "2"),
        ("draft[chain]", "{chain}"),
    ],
);
const MAPPED_USERS: Sample = MultipartAbout(
    FreshRouting,
    &[
        ("record", "{id}"),
        ("act", "add"),
        ("users", "new{n}@contoso.example"),
    ],
);
const UMS_INSTANCE: Sample = Form(UMS_INSTANCE_FIELDS);
const UMS_INSTANCE_UPLOAD: Sample = Multipart(UMS_INSTANCE_FIELDS);
const UMS_INSTANCE_FIELDS: &[(&str, &str)] =
    &[("draft[name]", "UMS {n}"), ("draft[certificate]", "{ums_id}")];
/// Saves a view.
const LIST_CHOICE: Sample = Form(&[
    ("list", "people"),
    ("act", "save"),
    ("name", "All"),
    ("back", "/"),
]);
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
