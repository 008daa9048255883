//! The company's own provider for the sign-in at the portal.

use super::row;
use crate::matrix::Object::SamlIdp;
use crate::matrix::Sample::{About, Form, FormAbout, Nothing};
use crate::matrix::Who::{Anybody, Holder};
use crate::matrix::{Row, Sample};

pub const ROWS: &[Row] = &[
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
            &[
                ("draft[id]", "{id}"),
                ("draft[version]", "1"),
                ("draft[domains]", "{company}.test"),
            ],
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
                ("draft[version]", "1"),
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
];

/// The row that needs a provider with a second certificate.
pub const REMOVE_SAML_CERTIFICATE: &str = "/api/app/api/portal/saml_idps/remove_saml_certificate";

/// The row that needs a sign-in at a company's provider under way in the browser.
pub const COMPANY_SIGN_IN: &str = "/api/app/api/portal/session/company_sign_in";

const SAML_IDP: Sample = Form(&[
    ("draft[metadata]", "{saml_metadata}"),
    ("draft[issuer]", "urn:contoso:idp:{n}"),
    ("draft[domains]", "{company}.test"),
]);

// An answer that nobody has asked for: the browser is led to the page that says so.
const SAML_ANSWER: Sample = Form(&[("SAMLResponse", "x"), ("RelayState", "x")]);
