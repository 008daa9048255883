//! Support cases, as companies see them.

use super::{LIST, row};
use crate::matrix::Object::{Case, CaseFile, FailedOnboarding};
use crate::matrix::Row;
use crate::matrix::Sample::{About, Multipart, MultipartAbout, Nothing};
use crate::matrix::Who::Holder;

pub const ROWS: &[Row] = &[
    row("GET", "/export/cases", Holder("case.view"), Nothing, 200),
    row(
        "POST",
        "/api/app/api/portal/cases/cases",
        Holder("case.view"),
        LIST,
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/cases/case_details",
        Holder("case.view"),
        About(Case),
        200,
    ),
    row(
        "GET",
        "/downloads/case-file",
        Holder("case.view"),
        About(CaseFile),
        200,
    ),
    row(
        "POST",
        "/forms/case",
        Holder("case.submit"),
        Multipart(&[
            ("kind", "support"),
            ("product", "ums"),
            ("severity", "normal"),
            ("subject", "Case {n}"),
            ("text", "Something"),
        ]),
        303,
    ),
    row(
        "POST",
        "/forms/case-comment",
        Holder("case.comment"),
        MultipartAbout(Case, &[("id", "{id}"), ("text", "A comment")]),
        303,
    ),
    row(
        "POST",
        "/api/app/api/portal/cases/close_case",
        Holder("case.close"),
        About(Case),
        200,
    ),
    row(
        "POST",
        "/api/app/api/portal/cases/onboarding_facts",
        Holder("routing.view"),
        About(FailedOnboarding),
        200,
    ),
];
