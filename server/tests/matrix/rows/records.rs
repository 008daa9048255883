//! Routing records.

use super::{LIST, row};
use crate::matrix::Object::{FreshRouting, Routing};
use crate::matrix::Sample::{About, Form, FormAbout, Multipart, MultipartAbout, Nothing};
use crate::matrix::Who::Holder;
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row("GET", "/export/onboarding", Holder("routing.view"), Nothing, 200),
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
];

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
