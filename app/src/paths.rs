//! Every address of a page, and what may be said about an address without looking at its page.

use domain::id::{
    AccountId, CaseFileId, CaseId, DeviceId, DomainId, OnboardingId, OsIdpId, RegistrationId, RoutingId,
    SamlIdpId, UmsInstanceId, UserId,
};
use domain::selection::Results;
use domain::sign_in::Refused;

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
/// The way of signing in that leads to no identity provider.
pub const BY_PASSWORD: &str = "password";
/// The way of a page that has asked for the password already.
pub const PASSWORD_ASKED: &str = "asked";
/// On the way to a company's identity provider, and back from it without a session.
pub const LOGIN_COMPANY: &str = "/login/company";
pub const LOGIN_REFUSED: &str = "/login/refused";
/// Between password and session: the code of the second factor.
pub const ENTER_CODE: &str = "/login/code";
/// "IGEL Customer & Account Registration".
pub const REGISTER: &str = "/register";
pub const REGISTER_SENT: &str = "/register/sent";
/// What the link in the mail leads to; the token stands in the query.
pub const CONFIRM_REGISTRATION: &str = "/register/confirm";
/// Texts of the operator.
pub const TERMS: &str = "/terms";
pub const PRIVACY: &str = "/privacy";
/// Where whoever came with a one-time password sets one of their own; nothing else is open to them.
pub const FIRST_PASSWORD: &str = "/first-password";
/// "Account".
pub const ACCOUNT: &str = "/account";
pub const EDIT_ACCOUNT: &str = "/account/edit";
/// "Forgot Password?": Identify and Verify.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
pub const FORGOT_PASSWORD_SENT: &str = "/forgot-password/sent";
/// What the link in the mail leads to; the token stands in the query.
pub const RESET_PASSWORD: &str = "/reset-password";
pub const RESET_PASSWORD_DONE: &str = "/reset-password/done";
pub const MY_ACCOUNT: &str = "/my-account";
pub const CHANGE_PASSWORD: &str = "/my-account/password";
pub const SECOND_FACTOR: &str = "/my-account/second-factor";
pub const REMOVE_SECOND_FACTOR: &str = "/my-account/second-factor/off";
pub const RECOVERY_CODES: &str = "/my-account/recovery-codes";
pub const ACTIVATE: &str = "/activate";
/// "User & Role Administration": its three acts lie under it.
pub const USER_ADMINISTRATION: &str = "/users/administration";
pub const INVITE_USER: &str = "/users/administration/invite";
pub const INVITE_USERS: &str = "/users/administration/invite-list";
pub const ADD_ROLE: &str = "/users/administration/add-role";
pub const REMOVE_ROLE: &str = "/users/administration/remove-role";
pub const DEACTIVATE_USER: &str = "/users/administration/deactivate";
pub const RESET_SECOND_FACTOR: &str = "/users/administration/reset-second-factor";
/// "Overview".
pub const PEOPLE: &str = "/users/overview";
/// The Overview with the newest first.
pub const NEWEST_PEOPLE: &str = "/users/overview?sort=created&dir=desc";
/// Asks before something is done with several rows of the Overview.
pub const PEOPLE_SELECTED: &str = "/users/overview/selected";
pub const PEOPLE_SELECTED_DONE: &str = "/users/overview/selected/done";
pub const ROLES: &str = "/users/roles";
/// "Activity".
pub const ACTIVITY: &str = "/activity";
/// What the link of an invitation leads to; the token stands in the query.
pub const INVITATION: &str = "/invitation";
/// "Bring your IdP".
pub const SAML_IDPS: &str = "/users/bring-your-idp";
pub const NEW_SAML_IDP: &str = "/users/bring-your-idp/new";
pub const OS_IDPS: &str = "/users/idps";
pub const NEW_OS_IDP: &str = "/users/idps/new";
/// What is done with one provider, which the query names.
pub const UPDATE_CLIENT_SECRET: &str = "/users/idps/secret";
pub const UPDATE_OS_IDP_DOMAINS: &str = "/users/idps/domains";
pub const RENAME_OS_IDP: &str = "/users/idps/rename";
pub const DELETE_OS_IDP: &str = "/users/idps/delete";
pub const TEST_OS_IDP: &str = "/users/idps/test";
pub const ROUTING: &str = "/services/onboarding";
pub const NEW_ROUTING: &str = "/services/onboarding/new";
/// The resolver.
pub const ROUTING_RESOLVE: &str = "/services/onboarding/resolve";
/// The page of a record and those of its acts: names for what is kept of their forms. [`of_record`] puts the record in its place.
pub const ROUTING_RECORD: &str = "/services/onboarding/record";
pub const ROUTING_EDIT: &str = "/services/onboarding/record/edit";
pub const ROUTING_CHAIN: &str = "/services/onboarding/record/certificate";
pub const ROUTING_DOMAINS: &str = "/services/onboarding/record/domains";
pub const ROUTING_USERS: &str = "/services/onboarding/record/users";
pub const ROUTING_IMPORT: &str = "/services/onboarding/record/import";
pub const ROUTING_TARGETS: &str = "/services/onboarding/record/targets";
pub const ROUTING_HISTORY: &str = "/services/onboarding/record/history";
pub const ROUTING_DELETE: &str = "/services/onboarding/record/delete";
/// The expiry calendar.
pub const EXPIRY: &str = "/services/expiry";
/// "Domains".
pub const DOMAINS: &str = "/services/domains";
pub const NEW_DOMAINS: &str = "/services/domains/new";
pub const UMS_INSTANCES: &str = "/services/ums";
pub const NEW_UMS_INSTANCE: &str = "/services/ums/new";
/// Support cases.
pub const CASES: &str = "/support/cases";
pub const NEW_CASE: &str = "/support/cases/new";
/// The page of a case: a name for what is kept of its forms.
pub const CASE: &str = "/support/cases/case";
/// The component kit, in development builds.
pub const KIT: &str = "/kit";

/// Everything of the UMS Web App lies under this.
pub const WEBAPP: &str = "/webapp";
pub const UMS_LOGIN: &str = "/webapp/login";
pub const DEVICES: &str = "/webapp/devices";
pub const REBOOT_DEVICES: &str = "/webapp/devices/reboot";
pub const NETWORK: &str = "/webapp/network";
/// Its tab "UMS ID".
pub const NETWORK_UMS_ID: &str = "/webapp/network?tab=ums-id";

/// Everything of the operators lies under this.
pub const OPERATOR: &str = "/operator";
pub const OPERATOR_LOGIN: &str = "/operator/login";
pub const REGISTRATIONS: &str = "/operator/registrations";
/// The two forms on the page of a registration: names for what is kept of them. They lead to the list, and on to the page where
/// the registration is known.
pub const APPROVE_REGISTRATION: &str = "/operator/registrations/approve";
pub const REFUSE_REGISTRATION: &str = "/operator/registrations/refuse";
pub const ACCOUNTS: &str = "/operator/accounts";
/// Cases of all companies.
pub const COMPANY_CASES: &str = "/operator/cases";
/// The page of one of them: a name for what is kept of its forms.
pub const COMPANY_CASE: &str = "/operator/cases/case";

/// Where SAML providers send their answers, and what they have to know about us.
pub const SAML_ACS: &str = "/saml/acs";
pub const SAML_METADATA: &str = "/saml/metadata";

/// Plain routes of the server that pages lead to.
pub const SET_PREFERENCE: &str = "/preferences";
pub const UMS_SET_PREFERENCE: &str = "/wums-app/preferences";
pub const LIST_CHOICES: &str = "/lists";
pub const UMS_LIST_CHOICES: &str = "/wums-app/lists";
pub const OPERATOR_LIST_CHOICES: &str = "/operator/lists";
pub const ROUTING_UPLOAD: &str = "/forms/routing";
pub const ROUTING_CHAIN_UPLOAD: &str = "/forms/routing-chain";
pub const MAPPED_USERS_UPLOAD: &str = "/forms/mapped-users";
pub const ROUTING_CHAIN_DOWNLOAD: &str = "/downloads/obs-root-certificate";
pub const ROUTING_EVENTS: &str = "/events/onboardings";
pub const UMS_INSTANCE_UPLOAD: &str = "/forms/ums-instance";
pub const CASE_UPLOAD: &str = "/forms/case";
pub const CASE_COMMENT_UPLOAD: &str = "/forms/case-comment";
pub const CASE_ANSWER_UPLOAD: &str = "/operator/forms/case-answer";
pub const CASE_FILE: &str = "/downloads/case-file";
pub const COMPANY_CASE_FILE: &str = "/operator/downloads/case-file";
pub const CHAIN_DOWNLOAD: &str = "/wums-app/chain";
pub const UMS_ID_DOWNLOAD: &str = "/wums-app/ums-id";
/// Exports of lists, with the query of the list.
pub const PEOPLE_EXPORT: &str = "/export/users";
pub const ACTIVITY_EXPORT: &str = "/export/activity";
pub const OS_IDP_EXPORT: &str = "/export/idps";
pub const ROUTING_EXPORT: &str = "/export/onboarding";
pub const MAPPED_USERS_EXPORT: &str = "/export/mapped-users";
pub const IMPORT_EXPORT: &str = "/export/mapped-users-import";
pub const EXPIRY_EXPORT: &str = "/export/expiry";
pub const DOMAIN_EXPORT: &str = "/export/domains";
pub const UMS_INSTANCE_EXPORT: &str = "/export/ums";
pub const CASE_EXPORT: &str = "/export/cases";
pub const DEVICE_EXPORT: &str = "/wums-app/export/devices";
pub const DEVICE_EVENTS: &str = "/wums-app/device-events";

/// Where the server functions of each side lie.
pub const PORTAL_API: &str = "/api";
pub const UMS_API: &str = "/wums-app/api";
pub const OPERATOR_API: &str = "/operator/api";

/// The systems that have pages, each with its own sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Portal,
    Ums,
    /// The pages of those who run the portal.
    Operator,
}

impl System {
    /// The one that an address belongs to.
    pub fn of(path: &str) -> Self {
        if is_ums(path) {
            Self::Ums
        } else if is_below(path, OPERATOR) {
            Self::Operator
        } else {
            Self::Portal
        }
    }
}

/// Whether an address is `base`, or lies under it.
fn is_below(path: &str, base: &str) -> bool {
    path.strip_prefix(base)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an address is a server function.
pub fn is_api(path: &str) -> bool {
    [PORTAL_API, UMS_API, OPERATOR_API]
        .iter()
        .any(|api| path.starts_with(api))
}

pub fn registration(id: RegistrationId) -> String {
    format!("{REGISTRATIONS}/{id}")
}

pub fn account(id: AccountId) -> String {
    format!("{ACCOUNTS}/{id}")
}

pub fn account_users(id: AccountId) -> String {
    format!("{ACCOUNTS}/{id}/users")
}

pub fn account_activity(id: AccountId) -> String {
    format!("{ACCOUNTS}/{id}/activity")
}

pub fn saml_idp(id: SamlIdpId) -> String {
    format!("{SAML_IDPS}/{id}")
}

/// The page that says why somebody came back without a session.
pub fn login_refused(why: Refused) -> String {
    format!("{LOGIN_REFUSED}?cause={}", why.key())
}

pub fn domain(id: DomainId) -> String {
    format!("{DOMAINS}/{id}")
}

pub fn ums_instance(id: UmsInstanceId) -> String {
    format!("{UMS_INSTANCES}/{id}")
}

pub fn routing(id: RoutingId) -> String {
    format!("{ROUTING}/{id}")
}

/// One of the pages of a record: [`ROUTING_RECORD`] and those below it. What is no record leads to the list.
pub fn of_record(page: &str, record: &str) -> String {
    let rest = page.strip_prefix(ROUTING_RECORD);
    match (rest, record.parse::<RoutingId>()) {
        (Some(rest), Ok(id)) => format!("{}{rest}", routing(id)),
        _ => ROUTING.to_owned(),
    }
}

/// A plain route about a record.
pub fn about_record(route: &str, id: RoutingId) -> String {
    format!("{route}?record={id}")
}

pub fn os_idp(id: OsIdpId) -> String {
    format!("{OS_IDPS}/{id}")
}

/// A page about one IGEL OS IdP.
pub fn about_os_idp(page: &str, id: OsIdpId) -> String {
    format!("{page}?idp={id}")
}

/// Where a refused form about one IGEL OS IdP goes back to; `None` where `page` has no such form.
pub fn back_to_os_idp(page: &str, id: &str) -> Option<String> {
    let id = id.parse().ok()?;
    match page {
        OS_IDPS => Some(os_idp(id)),
        UPDATE_CLIENT_SECRET | UPDATE_OS_IDP_DOMAINS | RENAME_OS_IDP | DELETE_OS_IDP | TEST_OS_IDP => {
            Some(about_os_idp(page, id))
        }
        _ => None,
    }
}

pub fn case(id: CaseId) -> String {
    format!("{CASES}/{id}")
}

/// The same for operators.
pub fn company_case(id: CaseId) -> String {
    format!("{COMPANY_CASES}/{id}")
}

/// A file of a case, by the route of the company or of operators.
pub fn case_file(route: &str, id: CaseFileId) -> String {
    format!("{route}?record={id}")
}

/// A new case about a failed onboarding.
pub fn case_of_onboarding(id: OnboardingId) -> String {
    format!("{NEW_CASE}?onboarding={id}")
}

/// Where a refused form about a case goes back to; `None` where `page` has no such form.
pub fn back_to_case(page: &str, fields: &[(String, String)]) -> Option<String> {
    let value = |wanted| {
        fields
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    match page {
        CASE => value("id")?.parse().ok().map(case),
        COMPANY_CASE => value("id")?.parse().ok().map(company_case),
        NEW_CASE => value("onboarding")?.parse().ok().map(case_of_onboarding),
        _ => None,
    }
}

/// What came of an act on several rows, for those without script.
pub fn selected_done(results: &Results) -> String {
    let done = results.done();
    let refused = results.rows.len().saturating_sub(done);
    format!("{PEOPLE_SELECTED_DONE}?done={done}&refused={refused}")
}

/// A page about one user: of "User & Role Administration".
pub fn about(page: &str, id: UserId) -> String {
    format!("{page}?user={id}")
}

/// Whether the address of a page carries the token of a mail, which no other page may hear of.
pub fn has_token(path: &str) -> bool {
    matches!(path, CONFIRM_REGISTRATION | INVITATION | RESET_PASSWORD)
}

/// The page of a link in a mail. Letters that no token of ours has are left out.
pub fn with_token(page: &str, token: &str) -> String {
    let ours = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let token: String = token.chars().filter(ours).take(TOKEN_MAX).collect();
    format!("{page}?token={token}")
}

/// Longest token of a link, in characters.
const TOKEN_MAX: usize = 100;

pub fn device(id: DeviceId) -> String {
    format!("{DEVICES}/{id}")
}

/// Whether an address belongs to the UMS Web App.
pub fn is_ums(path: &str) -> bool {
    is_below(path, WEBAPP) || is_below(path, "/wums-app")
}

/// Whether a page can be seen without a session.
pub fn is_public(path: &str) -> bool {
    matches!(
        path,
        LOGIN
            | UMS_LOGIN
            | OPERATOR_LOGIN
            | KIT
            | REGISTER
            | REGISTER_SENT
            | CONFIRM_REGISTRATION
            | TERMS
            | PRIVACY
            | INVITATION
            | ENTER_CODE
            | LOGIN_COMPANY
            | LOGIN_REFUSED
            | FORGOT_PASSWORD
            | FORGOT_PASSWORD_SENT
            | RESET_PASSWORD
            | RESET_PASSWORD_DONE
    )
}

/// The sign-in page of the side that `path` belongs to.
pub fn login_for(path: &str) -> &'static str {
    match System::of(path) {
        System::Portal => LOGIN,
        System::Ums => UMS_LOGIN,
        System::Operator => OPERATOR_LOGIN,
    }
}

/// Longest address that is kept for after a sign-in, in bytes.
pub const NEXT_MAX: usize = 2 * 1024;

/// The address to go to after an operator's sign-in, or after a choice on one of their pages.
pub fn safe_operator_next(next: &str) -> String {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let ours = is_plain(next) && System::of(path) == System::Operator && !is_public(path) && !is_api(path);
    if ours {
        next.to_owned()
    } else {
        REGISTRATIONS.to_owned()
    }
}

/// Whether a browser reads it as an address on this host, and only so.
fn is_plain(next: &str) -> bool {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    next.len() <= NEXT_MAX
        && next.starts_with('/')
        && !next.starts_with("//")
        && plain
        && !path.contains("//")
        && !path.contains("..")
}

/// The address to go to after a sign-in: `next` where it is a page of ours on the same side, else the side's first page.
/// Anything that a browser could read as another site is not ours, nor is anything longer than [`NEXT_MAX`].
pub fn safe_next(next: &str, ums: bool) -> String {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let ours = is_plain(next);
    let page = is_page(path) && !is_public(path);
    match (ours && page && is_ums(path) == ums, ums) {
        (true, _) => next.to_owned(),
        (false, true) => DEVICES.to_owned(),
        (false, false) => HOME.to_owned(),
    }
}

/// Whether an address can be a page: the roots of the route table.
fn is_page(path: &str) -> bool {
    let roots = [
        ACCOUNT,
        ACTIVATE,
        MY_ACCOUNT,
        USER_ADMINISTRATION,
        PEOPLE,
        ACTIVITY,
        ROLES,
        SAML_IDPS,
        OS_IDPS,
        ROUTING,
        DOMAINS,
        EXPIRY,
        UMS_INSTANCES,
        CASES,
        KIT,
        WEBAPP,
        LOGIN,
    ];
    path == HOME
        || roots.iter().any(|root| {
            path.strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// The page of the form that posts to `action`: where a refused form goes back to when there is no script.
pub fn form_page(action: &str) -> Option<&'static str> {
    let name = action.rsplit('/').next().unwrap_or_default();
    match (is_ums(action), name) {
        (false, _) if System::of(action) == System::Operator => operator_form_page(name),
        (false, "sign_in") => Some(LOGIN),
        (false, "register") => Some(REGISTER),
        (false, "confirm_registration") => Some(CONFIRM_REGISTRATION),
        (false, "set_first_password") => Some(FIRST_PASSWORD),
        (false, "edit_account") => Some(EDIT_ACCOUNT),
        (true, "sign_in") => Some(UMS_LOGIN),
        (false, "forgot_password") => Some(FORGOT_PASSWORD),
        (false, "reset_password") => Some(RESET_PASSWORD),
        (false, "set_language" | "end_session" | "end_other_sessions") => Some(MY_ACCOUNT),
        (false, "change_password") => Some(CHANGE_PASSWORD),
        (false, "enter_code") => Some(ENTER_CODE),
        (false, "offer_second_factor" | "confirm_second_factor") => Some(SECOND_FACTOR),
        (false, "remove_second_factor") => Some(REMOVE_SECOND_FACTOR),
        (false, "renew_recovery_codes") => Some(RECOVERY_CODES),
        (false, "reset_second_factor") => Some(RESET_SECOND_FACTOR),
        (false, "require_second_factor") => Some(ROLES),
        (false, "sign_out") => Some(HOME),
        (false, "activate_onboarding") => Some(ACTIVATE),
        (false, "invite_user") => Some(INVITE_USER),
        (false, "invite_users") => Some(INVITE_USERS),
        (false, "add_role") => Some(ADD_ROLE),
        (false, "remove_role") => Some(REMOVE_ROLE),
        (false, "deactivate_user") => Some(DEACTIVATE_USER),
        (false, "restore_user" | "resend_invitation" | "cancel_invitation") => Some(PEOPLE),
        (false, "resend_invitations" | "cancel_invitations" | "deactivate_users") => Some(PEOPLE_SELECTED),
        (false, "accept_invitation" | "decline_invitation") => Some(INVITATION),
        (false, "register_saml_idp" | "read_saml_metadata") => Some(NEW_SAML_IDP),
        (
            false,
            "change_saml_idp"
            | "change_saml_place"
            | "add_saml_certificate"
            | "remove_saml_certificate"
            | "test_saml_idp"
            | "activate_saml_idp"
            | "deactivate_saml_idp"
            | "delete_saml_idp",
        ) => Some(SAML_IDPS),
        (false, "register_os_idp" | "discover_os_idp") => Some(NEW_OS_IDP),
        (false, "update_client_secret") => Some(UPDATE_CLIENT_SECRET),
        (false, "update_os_idp_domains") => Some(UPDATE_OS_IDP_DOMAINS),
        (false, "rename_os_idp") => Some(RENAME_OS_IDP),
        (false, "delete_os_idp") => Some(DELETE_OS_IDP),
        (false, "begin_os_idp_test") => Some(TEST_OS_IDP),
        (false, "enable_os_idp" | "disable_os_idp") => Some(OS_IDPS),
        (false, "register_routing" | "routing") => Some(NEW_ROUTING),
        (false, "switch_routing" | "remove_routing_target" | "check_routing") => Some(ROUTING_RECORD),
        (false, "edit_routing") => Some(ROUTING_EDIT),
        (false, "replace_routing_chain") => Some(ROUTING_CHAIN),
        (false, "map_routing_domains") => Some(ROUTING_DOMAINS),
        (false, "remove_mapped_user") => Some(ROUTING_USERS),
        (false, "add_routing_target") => Some(ROUTING_TARGETS),
        (false, "restore_routing") => Some(ROUTING_HISTORY),
        (false, "delete_routing") => Some(ROUTING_DELETE),
        (false, "add_domains") => Some(NEW_DOMAINS),
        (false, "check_domain" | "remove_domain") => Some(DOMAINS),
        (false, "edit_ums_instance" | "replace_ums_id" | "delete_ums_instance") => Some(UMS_INSTANCES),
        (false, "register_ums_instance" | "ums-instance") => Some(NEW_UMS_INSTANCE),
        (false, "close_case") => Some(CASE),
        (true, "sign_out" | "reboot_device") => Some(DEVICES),
        (true, "check_registration") => Some(NETWORK),
        (true, "reboot_devices") => Some(REBOOT_DEVICES),
        _ => None,
    }
}

/// The same for the forms of operators.
fn operator_form_page(name: &str) -> Option<&'static str> {
    match name {
        "sign_in" => Some(OPERATOR_LOGIN),
        "sign_out" => Some(REGISTRATIONS),
        "approve_registration" => Some(APPROVE_REGISTRATION),
        "refuse_registration" => Some(REFUSE_REGISTRATION),
        _ => None,
    }
}

/// Whether a page has a form that may come back refused.
pub fn is_form_page(path: &str) -> bool {
    let folders = [REGISTRATIONS, ROUTING, OS_IDPS, CASES, COMPANY_CASES];
    if folders.into_iter().any(|folder| is_below(path, folder)) {
        return true;
    }
    matches!(
        path,
        LOGIN
            | UMS_LOGIN
            | OPERATOR_LOGIN
            | REGISTER
            | CONFIRM_REGISTRATION
            | FIRST_PASSWORD
            | EDIT_ACCOUNT
            | FORGOT_PASSWORD
            | RESET_PASSWORD
            | MY_ACCOUNT
            | CHANGE_PASSWORD
            | ENTER_CODE
            | SECOND_FACTOR
            | RESET_SECOND_FACTOR
            | REMOVE_SECOND_FACTOR
            | RECOVERY_CODES
            | ROLES
            | ACTIVATE
            | INVITE_USER
            | INVITE_USERS
            | ADD_ROLE
            | REMOVE_ROLE
            | DEACTIVATE_USER
            | PEOPLE
            | PEOPLE_SELECTED
            | INVITATION
            | SAML_IDPS
            | NEW_SAML_IDP
            | NEW_ROUTING
            | NEW_UMS_INSTANCE
            | UMS_INSTANCES
            | DOMAINS
            | NEW_DOMAINS
            | DEVICES
            | REBOOT_DEVICES
            | NETWORK
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_leads_only_to_pages_of_ours_on_the_same_side() {
        assert_eq!(
            safe_next("/services/onboarding?sort=name", false),
            "/services/onboarding?sort=name"
        );
        assert_eq!(safe_next("/webapp/devices", true), "/webapp/devices");
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%09/evil.example/..",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/users/idps//evil",
            "/users/idps/../..//evil.example",
            "@evil.example",
            "/users/idps\r\nSet-Cookie: a=b",
            "/api/app/api/portal/sign_out",
            "/webapp/devices",
            "/login",
            "／／evil.example",
            "/unknown",
        ] {
            assert_eq!(safe_next(bad, false), HOME, "{bad:?}");
        }
        assert_eq!(safe_next("/services/onboarding", true), DEVICES);
    }

    #[test]
    fn an_operators_next_leads_only_to_their_pages() {
        for good in ["/operator/accounts?sort=name", "/operator/registrations"] {
            assert_eq!(safe_operator_next(good), good);
        }
        for bad in [
            "",
            "/",
            "/operators",
            "/operator/login",
            "/operator/api/x",
            "//operator",
            "/operator/..//evil",
            "/account",
            "https://evil.example/operator",
        ] {
            assert_eq!(safe_operator_next(bad), REGISTRATIONS, "{bad}");
        }
        assert_eq!(safe_next("/operator/accounts", false), HOME);
        assert_eq!(safe_next("/operator/accounts", true), DEVICES);
    }

    #[test]
    fn next_may_have_two_kibibytes() {
        let next = |bytes: usize| {
            let start = "/services/onboarding?search=";
            start.to_owned() + &"x".repeat(bytes - start.len())
        };
        assert_eq!(safe_next(&next(NEXT_MAX), false), next(NEXT_MAX));
        assert_eq!(safe_next(&next(NEXT_MAX + 1), false), HOME);
    }

    #[test]
    fn sides_are_told_by_whole_segments() {
        assert!(is_ums("/webapp") && is_ums("/webapp/devices") && is_ums("/wums-app/api/x"));
        assert!(!is_ums("/webapps") && !is_ums("/") && !is_ums("/services/webapp"));
        assert_eq!(System::of("/operator/api/x"), System::Operator);
        assert_eq!(System::of("/operators"), System::Portal);
    }
}
