//! Every kind of event that the code writes about an account has its words on the page "Activity".

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What events are about. A text `object.verb` of one of these is an event, unless it stands in [`OTHERS`].
const OBJECTS: [&str; 13] = [
    "account",
    "case",
    "domain",
    "invitation",
    "list",
    "mail",
    "onboarding",
    "operator",
    "os_idp",
    "registration",
    "routing",
    "saml_idp",
    "ums_instance",
];
/// As above, for what people do with their own user.
const USER: &str = "user";

/// Names of jobs, rates and settings.
const OTHERS: [&str; 21] = [
    "invitation.purge",
    "mail.from",
    "mail.host",
    "mail.password",
    "mail.password_file",
    "mail.port",
    "mail.tls",
    "mail.user",
    "onboarding.hand_over",
    "onboarding.listen",
    "onboarding.page",
    "onboarding.poll",
    "onboarding.public_url",
    "onboarding.purge",
    "onboarding.route_check",
    "onboarding.route_checks",
    "onboarding.validate",
    "os_idp.purge",
    "registration.purge",
    "saml_idp.purge",
    "user.purge",
];

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_event_has_its_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut texts = Vec::new();
    for folder in [
        "crates/portal/src",
        "crates/onboarding/src",
        "crates/access/src",
        "server/src",
    ] {
        sources(&root.join(folder), &mut texts);
    }
    let literals = texts.iter().flat_map(|text| text.split('"').skip(1).step_by(2));
    let events: BTreeSet<&str> = literals
        .filter(|literal| {
            let Some((object, verb)) = literal.split_once('.') else {
                return false;
            };
            let named = object == USER || OBJECTS.contains(&object);
            let plain = verb.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            named && plain && !OTHERS.contains(literal)
        })
        .collect();
    assert!(events.len() > 40, "only {events:?}");
    let nameless: Vec<_> = events
        .into_iter()
        .filter(|name| !app::names_event(name))
        .collect();
    assert_eq!(
        nameless, [""; 0],
        "give these their words in app/src/texts/activity.rs"
    );
}
