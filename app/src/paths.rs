//! Every address of a page, and what may be said about an address without looking at its page.

use domain::id::{DeviceId, RoutingId};

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
pub const ACTIVATE: &str = "/activate";
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
    matches!(path, LOGIN | UMS_LOGIN | KIT)
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
    let roots = [ACTIVATE, OS_IDPS, ROUTING, UMS_INSTANCES, KIT, WEBAPP, LOGIN];
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
        (false, "sign_out") => Some(HOME),
        (false, "activate_onboarding") => Some(ACTIVATE),
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
        LOGIN | UMS_LOGIN | ACTIVATE | NEW_OS_IDP | NEW_ROUTING | NEW_UMS_INSTANCE | DEVICES | REBOOT_DEVICES
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
