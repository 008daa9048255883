//! Every address of a page, and what may be said about an address without looking at its page.

use domain::id::{DeviceId, RoutingId, UserId};

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
/// "Forgot Password?": Identify and Verify.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
pub const FORGOT_PASSWORD_SENT: &str = "/forgot-password/sent";
/// What the link in the mail leads to; the token stands in the query.
pub const RESET_PASSWORD: &str = "/reset-password";
pub const RESET_PASSWORD_DONE: &str = "/reset-password/done";
pub const MY_ACCOUNT: &str = "/my-account";
pub const CHANGE_PASSWORD: &str = "/my-account/password";
pub const ACTIVATE: &str = "/activate";
/// "User & Role Administration": its three acts lie under it.
pub const USER_ADMINISTRATION: &str = "/users/administration";
pub const INVITE_USER: &str = "/users/administration/invite";
pub const INVITE_USERS: &str = "/users/administration/invite-list";
pub const ADD_ROLE: &str = "/users/administration/add-role";
pub const REMOVE_ROLE: &str = "/users/administration/remove-role";
pub const DEACTIVATE_USER: &str = "/users/administration/deactivate";
/// "Overview".
pub const PEOPLE: &str = "/users/overview";
/// The Overview with the newest first.
pub const NEWEST_PEOPLE: &str = "/users/overview?sort=created&dir=desc";
pub const ROLES: &str = "/users/roles";
/// What the link of an invitation leads to; the token stands in the query.
pub const INVITATION: &str = "/invitation";
pub const OS_IDPS: &str = "/users/idps";
pub const NEW_OS_IDP: &str = "/users/idps/new";
pub const ROUTING: &str = "/services/onboarding";
pub const NEW_ROUTING: &str = "/services/onboarding/new";
pub const UMS_INSTANCES: &str = "/services/ums";
pub const NEW_UMS_INSTANCE: &str = "/services/ums/new";
/// The component kit, in development builds.
pub const KIT: &str = "/kit";

/// Everything of the UMS Web App lies under this.
pub const WEBAPP: &str = "/webapp";
pub const UMS_LOGIN: &str = "/webapp/login";
pub const DEVICES: &str = "/webapp/devices";
pub const REBOOT_DEVICES: &str = "/webapp/devices/reboot";
pub const NETWORK: &str = "/webapp/network";

/// Plain routes of the server that pages lead to.
pub const SET_PREFERENCE: &str = "/preferences";
pub const UMS_SET_PREFERENCE: &str = "/wums-app/preferences";
pub const ROUTING_UPLOAD: &str = "/forms/routing";
pub const UMS_INSTANCE_UPLOAD: &str = "/forms/ums-instance";
pub const CHAIN_DOWNLOAD: &str = "/wums-app/chain";
pub const UMS_ID_DOWNLOAD: &str = "/wums-app/ums-id";
pub const DEVICE_EVENTS: &str = "/wums-app/device-events";

/// Where the server functions of each side lie.
pub const PORTAL_API: &str = "/api";
pub const UMS_API: &str = "/wums-app/api";

pub fn routing(id: RoutingId) -> String {
    format!("{ROUTING}/{id}")
}

/// A page about one user: of "User & Role Administration".
pub fn about(page: &str, id: UserId) -> String {
    format!("{page}?user={id}")
}

/// Whether the address of a page carries the token of a mail, which no other page may hear of.
pub fn has_token(path: &str) -> bool {
    matches!(path, INVITATION | RESET_PASSWORD)
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
    let below = |base: &str| {
        path.strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    below(WEBAPP) || below("/wums-app")
}

/// Whether a page can be seen without a session.
pub fn is_public(path: &str) -> bool {
    matches!(
        path,
        LOGIN
            | UMS_LOGIN
            | KIT
            | INVITATION
            | FORGOT_PASSWORD
            | FORGOT_PASSWORD_SENT
            | RESET_PASSWORD
            | RESET_PASSWORD_DONE
    )
}

/// The sign-in page of the side that `path` belongs to.
pub fn login_for(path: &str) -> &'static str {
    if is_ums(path) { UMS_LOGIN } else { LOGIN }
}

/// Longest address that is kept for after a sign-in, in bytes.
pub const NEXT_MAX: usize = 2 * 1024;

/// The address to go to after a sign-in: `next` where it is a page of ours on the same side, else the side's first page.
/// Anything that a browser could read as another site is not ours, nor is anything longer than [`NEXT_MAX`].
pub fn safe_next(next: &str, ums: bool) -> String {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let ours = next.len() <= NEXT_MAX
        && next.starts_with('/')
        && !next.starts_with("//")
        && plain
        && !path.contains("//")
        && !path.contains("..");
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
        ACTIVATE,
        MY_ACCOUNT,
        USER_ADMINISTRATION,
        PEOPLE,
        ROLES,
        OS_IDPS,
        ROUTING,
        UMS_INSTANCES,
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
        (false, "sign_in") => Some(LOGIN),
        (true, "sign_in") => Some(UMS_LOGIN),
        (false, "forgot_password") => Some(FORGOT_PASSWORD),
        (false, "reset_password") => Some(RESET_PASSWORD),
        (false, "set_language" | "end_session" | "end_other_sessions") => Some(MY_ACCOUNT),
        (false, "change_password") => Some(CHANGE_PASSWORD),
        (false, "sign_out") => Some(HOME),
        (false, "activate_onboarding") => Some(ACTIVATE),
        (false, "invite_user") => Some(INVITE_USER),
        (false, "invite_users") => Some(INVITE_USERS),
        (false, "add_role") => Some(ADD_ROLE),
        (false, "remove_role") => Some(REMOVE_ROLE),
        (false, "deactivate_user") => Some(DEACTIVATE_USER),
        (false, "restore_user" | "resend_invitation" | "cancel_invitation") => Some(PEOPLE),
        (false, "accept_invitation" | "decline_invitation") => Some(INVITATION),
        (false, "register_os_idp") => Some(NEW_OS_IDP),
        (false, "register_routing" | "routing") => Some(NEW_ROUTING),
        (false, "register_ums_instance" | "ums-instance") => Some(NEW_UMS_INSTANCE),
        (true, "sign_out" | "reboot_device") => Some(DEVICES),
        (true, "reboot_devices") => Some(REBOOT_DEVICES),
        _ => None,
    }
}

/// Whether a page has a form that may come back refused.
pub fn is_form_page(path: &str) -> bool {
    matches!(
        path,
        LOGIN
            | UMS_LOGIN
            | FORGOT_PASSWORD
            | RESET_PASSWORD
            | MY_ACCOUNT
            | CHANGE_PASSWORD
            | ACTIVATE
            | INVITE_USER
            | INVITE_USERS
            | ADD_ROLE
            | REMOVE_ROLE
            | DEACTIVATE_USER
            | PEOPLE
            | INVITATION
            | NEW_OS_IDP
            | NEW_ROUTING
            | NEW_UMS_INSTANCE
            | DEVICES
            | REBOOT_DEVICES
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
    }
}
