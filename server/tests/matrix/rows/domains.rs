//! Domains, and what ends.

use super::{LIST, row};
use crate::matrix::Object::Domain;
use crate::matrix::Row;
use crate::matrix::Sample::{About, Form, Nothing};
use crate::matrix::Who::Holder;

pub const ROWS: &[Row] = &[
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
];
