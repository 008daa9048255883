use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// "Who may import whom" of the architecture page; `bench`, `test-support` and `xtask` stand outside the product.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("frontend", &["app"]),
    (
        "server",
        &[
            "access",
            "app",
            "connector",
            "domain",
            "onboarding",
            "outside",
            "portal",
            "saml",
            "store",
            "ums",
        ],
    ),
    ("app", &["access", "domain", "onboarding", "portal", "ui", "ums"]),
    ("connector", &["access", "domain", "pki", "protocol", "ums"]),
    (
        "onboarding",
        &[
            "access",
            "domain",
            "federation",
            "outside",
            "pki",
            "portal",
            "protocol",
            "store",
        ],
    ),
    (
        "portal",
        &["access", "domain", "federation", "outside", "pki", "store"],
    ),
    (
        "ums",
        &[
            "access",
            "domain",
            "federation",
            "outside",
            "pki",
            "protocol",
            "store",
        ],
    ),
    ("access", &["domain", "store"]),
    ("device", &["domain", "pki", "protocol"]),
    ("federation", &["domain", "outside", "pki"]),
    ("saml", &["domain", "federation", "pki"]),
    ("outside", &["domain"]),
    ("pki", &["domain"]),
    ("protocol", &["domain"]),
    ("store", &["domain"]),
    ("ui", &[]),
    ("domain", &[]),
];

/// Of our own crates, only these know how to reach them: dev-dependencies of tests are free, these are not part of the product.
const TOOLS: [&str; 3] = ["bench", "test-support", "xtask"];

/// The edges between our crates: optional ones too, dev-dependencies not.
fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let ours: BTreeSet<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let imports = |package: &cargo_metadata::Package| {
        let kept = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development);
        kept.map(|dependency| dependency.name.clone())
            .filter(|name| ours.contains(name))
            .collect()
    };
    metadata
        .packages
        .iter()
        .map(|package| (package.name.to_string(), imports(package)))
        .collect()
}

#[test]
fn crates_import_only_what_the_architecture_allows() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> = MAY_IMPORT
        .iter()
        .map(|(name, imports)| (*name, imports.iter().copied().collect()))
        .collect();
    let edges = edges();
    let mut faults = Vec::new();
    for (name, imports) in edges.iter().filter(|(name, _)| !TOOLS.contains(&name.as_str())) {
        let Some(allowed) = allowed.get(name.as_str()) else {
            faults.push(format!("{name} stands in no row of the table"));
            continue;
        };
        let extra = imports.iter().filter(|import| !allowed.contains(import.as_str()));
        faults.extend(extra.map(|import| format!("{name} -> {import} is not allowed")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for name in allowed.keys() {
        assert!(
            edges.contains_key(*name),
            "the table names {name}, which does not exist"
        );
    }
}

/// The two sides meet over the network only; what is meant for tests is in no product.
#[test]
fn the_sides_do_not_reach_each_other() {
    let edges = edges();
    let reach = |start: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start.to_owned()]);
        while let Some(name) = open.pop() {
            if seen.insert(name.clone()) {
                open.extend(edges.get(&name).into_iter().flatten().cloned());
            }
        }
        seen
    };
    for (side, other) in [
        ("portal", ["ums", "connector"]),
        ("onboarding", ["ums", "connector"]),
    ] {
        assert!(
            other.iter().all(|crate_| !reach(side).contains(*crate_)),
            "{side}"
        );
    }
    for side in ["ums", "connector", "device"] {
        assert!(
            !reach(side).contains("portal") && !reach(side).contains("onboarding"),
            "{side}"
        );
    }
    // The twin: what may be reached is reached.
    assert!(reach("onboarding").contains("portal") && reach("connector").contains("ums"));
    for root in ["server", "frontend", "device"] {
        assert!(!reach(root).contains("test-support"), "{root}");
    }
}
