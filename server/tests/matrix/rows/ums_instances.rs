//! Registered UMS.

use super::{LIST, row};
use crate::matrix::Object::UmsInstance;
use crate::matrix::Sample::{About, Form, FormAbout, Multipart, Nothing};
use crate::matrix::Who::Holder;
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
    row("GET", "/export/ums", Holder("ums_instance.view"), Nothing, 200),
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
];

const UMS_INSTANCE: Sample = Form(UMS_INSTANCE_FIELDS);

const UMS_INSTANCE_UPLOAD: Sample = Multipart(UMS_INSTANCE_FIELDS);

const UMS_INSTANCE_FIELDS: &[(&str, &str)] =
    &[("draft[name]", "UMS {n}"), ("draft[certificate]", "{ums_id}")];
